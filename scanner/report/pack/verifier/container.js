// The files of a pack: in a folder, or in a zip every byte of which follows from them (stored, fields and order fixed).

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  for (let i = 0; i < 8; i++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc32(bytes) {
  let crc = -1;
  for (let at = 0; at < bytes.length; at++) crc = TABLE[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

function packed(...fields) { // pairs of width and number, little-endian
  const out = [];
  for (let i = 0; i < fields.length; i += 2) for (let b = 0; b < fields[i]; b++) out.push(Math.floor(fields[i + 1] / 256 ** b) % 256);
  return Uint8Array.from(out);
}

const local = (raw, crc, size) => joined([
  packed(4, 0x04034b50, 2, 10, 2, 0, 2, 0, 2, 0, 2, 0x21, 4, crc, 4, size, 4, size, 2, raw.length, 2, 0), raw]);
const central = (raw, crc, size, at) => joined([
  packed(4, 0x02014b50, 2, 10, 2, 10, 2, 0, 2, 0, 2, 0, 2, 0x21, 4, crc, 4, size, 4, size, 2, raw.length, 2, 0, 2, 0, 2, 0, 2, 0, 4, 0, 4, at), raw]);
const ending = (count, length, at) => packed(4, 0x06054b50, 2, 0, 2, 0, 2, count, 2, count, 4, length, 4, at, 2, 0);

function unzipped(data) {
  const files = new Map(), met = new Set(), index = [];
  let at = 0, last = "";
  while (data[at] === 0x50 && data[at + 1] === 0x4b && data[at + 2] === 3 && data[at + 3] === 4) {
    const u16 = (p) => (data[p] ?? 0) | ((data[p + 1] ?? 0) << 8), u32 = (p) => u16(p) + u16(p + 2) * 65536;
    const crc = u32(at + 14), size = u32(at + 18), start = at + 30 + u16(at + 26);
    const raw = data.slice(at + 30, start), body = data.subarray(start, start + size);
    const name = Array.from(raw, (b) => String.fromCharCode(b)).join("");
    if (!same(data.subarray(at, start), local(raw, crc, size)) || body.length !== size || crc32(body) !== crc) throw new Refused("zip", name);
    if (!NAME.test(name)) throw new Refused("name", name);
    if (met.has(name.toLowerCase())) throw new Refused("twice", name);
    if (name < last) throw new Refused("zip", name);
    met.add(name.toLowerCase());
    files.set(name, async () => body);
    index.push(central(raw, crc, size, at));
    at = start + size; last = name;
  }
  const directory = joined(index);
  if (!same(data.subarray(at), joined([directory, ending(files.size, directory.length, at)]))) throw new Refused("zip");
  return files;
}
