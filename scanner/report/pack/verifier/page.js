// The page: what is chosen, what is shown. Nothing of a pack is ever set as markup.

const SENTENCES = {};

const VECTOR = { // RFC 8032, 7.1, test 2
  key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
  message: "72",
  signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
};

function sound() { // whether this browser counts as the page needs it
  const bytes = (text) => Uint8Array.from(text.match(/../g), (b) => parseInt(b, 16));
  const signature = bytes(VECTOR.signature), key = bytes(VECTOR.key), message = bytes(VECTOR.message);
  const other = signature.slice();
  other[40] ^= 1;
  return hex(sha256(utf8("abc"))).startsWith("ba7816bf8f01cfea") && hex(sha512(utf8("abc"))).startsWith("ddaf35a193617aba") &&
    ed25519(key, message, signature) && !ed25519(key, message, other) && !ed25519(key, utf8("s"), signature);
}

const element = (name, ...inside) => { const made = document.createElement(name); made.append(...inside); return made; };
const both = (code) => {
  const [ja, en] = SENTENCES[code] ?? [code, code], english = element("span", en);
  english.lang = "en";
  return element("span", ja, " ", english);
};
const byId = (id) => document.getElementById(id);

const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());

function fromList(list) { // what a folder input gives: names begin with the folder's own
  const files = new Map();
  for (const file of list) files.set(file.webkitRelativePath.split("/").slice(1).join("/"), () => bytesOf(file));
  return files;
}

async function fromEntry(folder, files = new Map(), before = "") { // what a dropped folder gives
  const reader = folder.createReader();
  for (;;) {
    const found = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!found.length) return files;
    for (const entry of found) {
      if (entry.isDirectory) await fromEntry(entry, files, `${before}${entry.name}/`);
      else files.set(before + entry.name, () => new Promise((done, failed) => entry.file(done, failed)).then(bytesOf));
    }
  }
}

async function check(open) {
  const handed = byId("key").value.trim(), pasted = byId("checkpoint").value.replace(/\r/g, "").trim();
  byId("result").className = "busy";
  byId("result").replaceChildren(both("page_busy"));
  await new Promise((done) => setTimeout(done, 30)); // let it be shown
  try {
    const files = await open();
    show(await verify(files, handed, pasted ? utf8(`${pasted}\n`) : null));
  } catch (error) {
    if (error instanceof Refused) return show({ reasons: [[error.code, error.about]], manifest: null, handed: handed !== "", entries: 0, older: 0 });
    byId("result").className = "differs";
    byId("result").replaceChildren(both("page_unread"));
  }
}

function show({ reasons, manifest, handed, entries, older }) {
  const outcome = reasons.length ? "differs" : handed ? "agrees" : "agrees_own";
  const big = element("p", both(outcome));
  big.className = "big";
  const parts = [big];
  if (reasons.length) {
    const list = element("ul", ...reasons.slice(0, 100).map(([code, about]) => element("li", both(code), about ? element("code", about) : "")));
    parts.push(element("h2", both("page_reasons")), list);
    if (reasons.length > 100) parts.push(element("p", `… ${reasons.length - 100}`));
  }
  if (manifest) {
    const row = (code, ...values) => element("tr", element("th", both(code)), element("td", ...values));
    const print = fingerprint(manifest.key).match(/.{8}/g).join(" ");
    const size = manifest.checkpoint.split("\n")[1];
    const rows = [row("page_name", manifest.title), row("day", manifest.day), row("contractor", manifest.contractor)];
    rows.push(...manifest.contracts.map((c) => row("contract", `${c.id} ${c.title}(${c.entruster})`)));
    rows.push(row("files", String(manifest.files.length)), row("entries", `${entries} / ${size}`));
    if (older) rows.push(row("older", String(older)));
    rows.push(row("fingerprint", element("code", print)), row("page_key", both(handed ? "key_handed" : "key_own")));
    parts.push(element("table", ...rows));
    const files = manifest.files.map((f) => element("tr", element("td", element("code", f.path)), element("td", f.title)));
    parts.push(element("details", element("summary", both("page_files")), element("table", ...files)));
  }
  parts.push(element("p", both("page_when"), ` ${new Date().toLocaleString("ja-JP")}`));
  byId("result").className = outcome;
  byId("result").replaceChildren(...parts);
}

function begin() {
  for (const place of document.querySelectorAll("[data-say]")) place.replaceChildren(both(place.dataset.say));
  if (!sound()) {
    byId("result").className = "differs";
    return byId("result").replaceChildren(both("page_unsound"));
  }
  byId("zip").addEventListener("change", (e) => e.target.files.length && check(async () => unzipped(await bytesOf(e.target.files[0]))));
  byId("folder").addEventListener("change", (e) => e.target.files.length && check(async () => fromList([...e.target.files])));
  for (const id of ["zip", "folder"]) byId(id).addEventListener("click", (e) => { e.target.value = ""; });
  byId("print").addEventListener("click", () => print());
  document.addEventListener("dragover", (e) => e.preventDefault());
  document.addEventListener("drop", (e) => {
    e.preventDefault();
    const [file] = e.dataTransfer.files, entry = e.dataTransfer.items[0]?.webkitGetAsEntry?.();
    if (entry?.isDirectory) check(() => fromEntry(entry));
    else if (file) check(async () => unzipped(await bytesOf(file)));
  });
  document.body.classList.add("ready");
}

if (typeof document !== "undefined") begin();
