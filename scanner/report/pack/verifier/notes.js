// Signed notes, their keys, checkpoints (C2SP), and proofs of a Merkle tree (RFC 6962, RFC 9162).

const MOST = 2 ** 53;
const SPACE = "\\s\\x1c-\\x1f\\x85\\ufeff";
const NAMED = new RegExp(`^[^+${SPACE}]+$`);
const SIGNED = new RegExp(`^\u2014 ([^+${SPACE}]+) ([A-Za-z0-9+/=]+)$`);

class Refused extends Error {
  constructor(code, name = "") { super(code); this.code = code; this.about = name; }
}

class Misshapen extends Error {}

function must(holds) { if (!holds) throw new Misshapen(); }

function b64(text) {
  must(typeof text === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0);
  const raw = atob(text);
  must(btoa(raw) === text);
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch { throw new Misshapen(); }
}

function verifierKey(text) {
  const [, name, id, coded] = /^([^+]*)\+([^+]*)\+([^]*)$/.exec(text) ?? [];
  must(coded !== undefined && NAMED.test(name));
  const data = b64(coded);
  must(data.length === 33 && data[0] === 1);
  const own = sha256(joined([utf8(`${name}\n`), data])).subarray(0, 4);
  must(hex(own) === id);
  return { name, id: own, bytes: data.subarray(1) };
}

const fingerprint = (text) => hex(sha256(utf8(text)));

function note(bytes) {
  const whole = textOf(bytes), cut = whole.lastIndexOf("\n\n");
  must(!/[\x00-\x09\x0b-\x1f]/.test(whole) && cut >= 0 && whole.endsWith("\n"));
  const signatures = whole.slice(cut + 2, -1).split("\n").map((line) => {
    const found = SIGNED.exec(line);
    must(found);
    return [found[1], b64(found[2])];
  });
  must(signatures.length <= 64);
  return [whole.slice(0, cut + 1), signatures];
}

function signed(text, signatures, by) {
  const mine = signatures.filter(([name, s]) => name === by.name && same(s.subarray(0, 4), by.id));
  return mine.length > 0 && mine.every(([, s]) => ed25519(by.bytes, utf8(text), s.subarray(4)));
}

function checkpoint(text) {
  const lines = text.split("\n");
  must(lines.length >= 4 && lines.slice(0, -1).every((l) => l) && /^(0|[1-9][0-9]{0,15})$/.test(lines[1]));
  const size = Number(lines[1]), tree = b64(lines[2]);
  must(size < MOST && tree.length === 32);
  return { origin: lines[0], size, root: tree };
}

const node = (left, right) => sha256(joined([Uint8Array.of(1), left, right]));
const half = (n) => Math.floor(n / 2); // numbers here are larger than what >> takes

function included(leaf, index, size, proof, tree) {
  if (!(index >= 0 && index < size)) return false;
  let at = index, last = size - 1, found = sha256(joined([Uint8Array.of(0), leaf]));
  for (const other of proof) {
    if (last === 0 || other.length !== 32) return false;
    if (at % 2 || at === last) {
      found = node(other, found);
      while (at % 2 === 0 && at) { at = half(at); last = half(last); }
    } else found = node(found, other);
    at = half(at); last = half(last);
  }
  return last === 0 && same(found, tree);
}

function consistent(old, before, size, now, proof) {
  if (old === size) return same(before, now) && !proof.length;
  if (!(old > 0 && old < size) || proof.some((p) => p.length !== 32)) return false;
  const path = Number.isInteger(Math.log2(old)) ? [before, ...proof] : proof;
  if (!path.length) return false;
  let at = old - 1, last = size - 1;
  while (at % 2) { at = half(at); last = half(last); }
  let one = path[0], other = path[0];
  for (const found of path.slice(1)) {
    if (last === 0) return false;
    if (at % 2 || at === last) {
      one = node(found, one); other = node(found, other);
      while (at % 2 === 0 && at) { at = half(at); last = half(last); }
    } else other = node(other, found);
    at = half(at); last = half(last);
  }
  return last === 0 && same(one, before) && same(other, now);
}
