// What makes a pack one signed whole: a manifest with every file, a checkpoint of the record, a proof for every cited entry.

const HEAD = "sekisho pack v1", RECORD = "sekisho-record/1", MANIFEST = "manifest.note";
const CITATIONS = "evidence/citations.jsonl", ENTRIES = "evidence/entries.jsonl", LINKS = "evidence/consistency.jsonl";
const FIELDS = ["checkpoint", "contractor", "contracts", "day", "files", "key", "made", "title", "version"];

async function verify(files, handed = "", earlier = null) {
  const nothing = { manifest: null, handed: handed !== "", entries: 0, older: 0 };
  let by, manifest;
  try {
    [by, manifest] = await openManifest(files, handed);
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    return { ...nothing, reasons: [[refused.code, refused.about]] };
  }
  const listed = new Map(manifest.files.map((f) => [f.path, f]));
  const reasons = [...listed.keys()].filter((n) => !files.has(n)).map((n) => ["missing", n]);
  reasons.push(...[...files.keys()].filter((n) => !listed.has(n) && n !== MANIFEST).sort().map((n) => ["extra", n]));
  for (const [name, said] of listed) {
    if (!files.has(name)) continue;
    const data = await files.get(name)();
    if (data.length !== said.size || hex(sha256(data)) !== said.sha256) reasons.push(["changed", name]);
  }
  let proved = new Set(), first = 0;
  const older = new Set();
  try {
    const tree = openCheckpoint(utf8(manifest.checkpoint), by, "checkpoint");
    if (earlier) await continues(files, openCheckpoint(earlier, by, "handed"), tree);
    [proved, first] = await entries(files, tree);
    for (const [name, cited] of await citations(files, listed)) {
      if (cited < first) older.add(cited); // the tree has the head of their chain as a whole, none has a proof of its own
      else if (!proved.has(cited)) reasons.push(["not_proved", `${name} ${cited}`]);
    }
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    reasons.push([refused.code, refused.about]);
  }
  return { reasons, manifest, handed: handed !== "", entries: proved.size, older: older.size };
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    return `{${Object.keys(value).sort().map((k) => `${canonical(k)}:${canonical(value[k])}`).join(",")}}`;
  }
  must(typeof value !== "string" || !/\p{Surrogate}/u.test(value));
  return JSON.stringify(value);
}

function parsed(text) {
  let found;
  try { found = JSON.parse(text); } catch { throw new Misshapen(); }
  must(canonical(found) === text);
  return found;
}

function shaped(refusal, work) { // whatever is not as it should be inside becomes one refusal
  try { return work(); } catch (error) {
    if (error instanceof Misshapen || error instanceof TypeError || error instanceof RangeError) throw refusal;
    throw error;
  }
}

async function openManifest(files, handed) {
  if (!files.has(MANIFEST)) throw new Refused("manifest_missing", MANIFEST);
  const data = await files.get(MANIFEST)();
  const [text, signatures, found, own] = shaped(new Refused("manifest_form", MANIFEST), () => {
    const [text, signatures] = note(data), lines = text.slice(0, -1).split("\n");
    must(lines.length === 2 && lines[0] === HEAD && signatures.length === 1);
    const found = parsed(lines[1]);
    must(manifestShaped(found));
    return [text, signatures, found, verifierKey(found.key)];
  });
  const printed = handed.replace(/[\s:-]/g, "").toLowerCase();
  const foreign = new Refused("key", fingerprint(found.key));
  if (/^[0-9a-f]{64}$/.test(printed)) {
    if (printed !== fingerprint(found.key)) throw foreign;
  } else if (handed !== "") {
    const given = shaped(new Refused("handed_form"), () => verifierKey(handed.trim()));
    if (given.name !== own.name || !same(given.bytes, own.bytes)) throw foreign;
  }
  if (!signed(text, signatures, own)) throw new Refused("manifest_signature", MANIFEST);
  return [own, found];
}

const keys = (value) => canonical(Object.keys(value).sort());
const counts = (value) => Number.isSafeInteger(value) && value >= 0;

function manifestShaped(found) {
  const names = found.files.map((f) => f.path);
  const texts = FIELDS.filter((n) => n !== "files" && n !== "contracts").map((n) => found[n]);
  for (const entry of [...found.contracts, ...found.files]) for (const n of Object.keys(entry)) if (n !== "size") texts.push(entry[n]);
  return keys(found) === canonical(FIELDS) && texts.every((t) => typeof t === "string") &&
    found.contracts.every((c) => keys(c) === canonical(["entruster", "id", "title"])) &&
    found.files.every((f) => keys(f) === canonical(["path", "sha256", "size", "title"]) && counts(f.size) && /^[0-9a-f]{64}$/.test(f.sha256)) &&
    names.every((n) => NAME.test(n) && n !== MANIFEST) &&
    new Set(names.map((n) => n.toLowerCase())).size === names.length && canonical([...names].sort()) === canonical(names);
}

function openCheckpoint(data, by, whose) {
  const [text, signatures, found] = shaped(new Refused(`${whose}_form`), () => {
    const [text, signatures] = note(data);
    return [text, signatures, checkpoint(text)];
  });
  if (!signed(text, signatures, by)) throw new Refused(`${whose}_signature`);
  return found;
}

async function* lines(files, name) {
  if (!files.has(name)) throw new Refused("evidence", name);
  const data = await files.get(name)();
  const whole = shaped(new Refused("evidence", name), () => textOf(data)).split("\n");
  if (whole.pop() !== "") throw new Refused("evidence", name);
  for (const [i, line] of whole.entries()) { // one at a time: there may be a hundred thousand
    const place = `${name}:${i + 1}`;
    yield [place, shaped(new Refused("evidence", place), () => parsed(line))];
  }
}

async function continues(files, earlier, tree) {
  if (earlier.origin !== tree.origin) throw new Refused("handed_differs");
  if (earlier.size > tree.size) throw new Refused("handed_newer");
  if (earlier.size === 0) return;
  if (earlier.size === tree.size) {
    if (!same(earlier.root, tree.root)) throw new Refused("handed_differs");
    return;
  }
  for await (const [place, link] of lines(files, LINKS)) {
    const proof = shaped(new Refused("evidence", place), () => { must(counts(link.size)); return link.proof.map(b64); });
    if (link.size !== earlier.size) continue;
    if (consistent(earlier.size, earlier.root, tree.size, tree.root, proof)) return;
    throw new Refused("handed_differs");
  }
  throw new Refused("handed_unlinked");
}

async function entries(files, tree) {
  const proved = new Set();
  let first = 0;
  for await (const [place, entry] of lines(files, ENTRIES)) {
    const [leaf, proof] = shaped(new Refused("evidence", place), () => {
      must(counts(entry.entry) && counts(entry.index) && typeof entry.leaf === "string");
      must(canonical(parsed(entry.leaf).slice(0, 2)) === canonical([RECORD, entry.entry]));
      must(!proved.size || entry.entry - entry.index === first);
      first = entry.entry - entry.index;
      return [utf8(entry.leaf), entry.proof.map(b64)];
    });
    if (!included(leaf, entry.index, tree.size, proof, tree.root)) throw new Refused("proof", `${place} (${entry.entry})`);
    proved.add(entry.entry);
  }
  return [proved, first];
}

async function citations(files, listed) {
  const cited = [];
  for await (const [place, form] of lines(files, CITATIONS)) {
    shaped(new Refused("evidence", place), () => must(listed.has(form.path) && Array.isArray(form.entries) && form.entries.every(counts)));
    for (const n of form.entries) cited.push([form.path, n]);
  }
  return cited;
}
