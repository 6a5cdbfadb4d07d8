"use strict";
// SHA-256 and SHA-512 (FIPS 180-4), because a page that is opened as a file may have no WebCrypto. The constants are the first
// bits of the fractions of the cube and square roots of the first primes, computed here instead of copied.

const PRIMES = [];
for (let n = 2; PRIMES.length < 80; n++) if (PRIMES.every((p) => n % p)) PRIMES.push(n);
const MASK = (1n << 64n) - 1n;

function root(value, degree) {
  let low = 0n, high = 1n << 72n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= value) low = middle; else high = middle;
  }
  return low;
}

const K512 = PRIMES.map((p) => root(BigInt(p) << 192n, 3n) & MASK);
const H512 = PRIMES.slice(0, 8).map((p) => root(BigInt(p) << 128n, 2n) & MASK);
const K256 = Int32Array.from(K512.slice(0, 64), (k) => Number(k >> 32n) | 0);
const H256 = Int32Array.from(H512, (h) => Number(h >> 32n) | 0);

function tail(bytes, block, length) {
  const rest = bytes.length % block;
  const last = new Uint8Array(rest + 1 + length <= block ? block : 2 * block);
  last.set(bytes.subarray(bytes.length - rest));
  last[rest] = 0x80;
  for (let n = bytes.length * 8, at = last.length - 1; n > 0; n = Math.floor(n / 256)) last[at--] = n % 256;
  return last;
}

const WORDS = new Int32Array(64); // one for all calls: a proof is many short ones

function compress(h, data, from, to) {
  const w = WORDS;
  for (let at = from; at < to; at += 64) {
    for (let i = 0, p = at; i < 16; i++, p += 4) w[i] = (data[p] << 24) | (data[p + 1] << 16) | (data[p + 2] << 8) | data[p + 3];
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], z = h[7];
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (z + s1 + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      z = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += z;
  }
}

function sha256(bytes) {
  const h = H256.slice(), out = new Uint8Array(32);
  compress(h, bytes, 0, bytes.length - (bytes.length % 64));
  const last = tail(bytes, 64, 8);
  compress(h, last, 0, last.length);
  for (let i = 0; i < 32; i++) out[i] = h[i >> 2] >>> (24 - 8 * (i & 3));
  return out;
}

function sha512(bytes) {
  const whole = bytes.length - (bytes.length % 128);
  const data = new DataView(joined([bytes.subarray(0, whole), tail(bytes, 128, 16)]).buffer);
  const turn = (x, n) => ((x >> n) | (x << (64n - n))) & MASK;
  const h = H512.slice(), w = new Array(80);
  for (let at = 0; at < data.byteLength; at += 128) {
    for (let i = 0; i < 16; i++) w[i] = data.getBigUint64(at + 8 * i);
    for (let i = 16; i < 80; i++) {
      const x = w[i - 15], y = w[i - 2];
      w[i] = (w[i - 16] + (turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n)) + w[i - 7] + (turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n))) & MASK;
    }
    let [a, b, c, d, e, f, g, z] = h;
    for (let i = 0; i < 80; i++) {
      const one = z + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & MASK & g)) + K512[i] + w[i];
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      z = g; g = f; f = e; e = (d + one) & MASK; d = c; c = b; b = a; a = (one + two) & MASK;
    }
    [a, b, c, d, e, f, g, z].forEach((v, i) => { h[i] = (h[i] + v) & MASK; });
  }
  const out = new DataView(new ArrayBuffer(64));
  h.forEach((v, i) => out.setBigUint64(8 * i, v));
  return new Uint8Array(out.buffer);
}

function joined(parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) { out.set(part, at); at += part.length; }
  return out;
}

const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const same = (one, other) => one.length === other.length && one.every((b, i) => b === other[i]);
const utf8 = (text) => new TextEncoder().encode(text);
