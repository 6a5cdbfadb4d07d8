// Ed25519 (RFC 8032), verification only, strict: s below the order, points in their only encoding, none of small order.

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const modulo = (a) => { const r = a % P; return r < 0n ? r + P : r; };

function power(base, exponent) {
  let out = 1n;
  for (base = modulo(base); exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) out = out * base % P;
    base = base * base % P;
  }
  return out;
}

const D = modulo(-121665n * power(121666n, P - 2n));
const ROOT = power(2n, (P - 1n) / 4n);
const ZERO = [0n, 1n, 1n, 0n];

function added(one, other) {
  const a = (one[1] - one[0]) * (other[1] - other[0]), b = (one[1] + one[0]) * (other[1] + other[0]);
  const c = 2n * one[3] * other[3] % P * D, d = 2n * one[2] * other[2];
  const e = modulo(b - a), f = modulo(d - c), g = modulo(d + c), h = modulo(b + a);
  return [e * f % P, g * h % P, f * g % P, e * h % P];
}

function times(number, point) {
  let sum = ZERO;
  for (; number > 0n; number >>= 1n) {
    if (number & 1n) sum = added(sum, point);
    point = added(point, point);
  }
  return sum;
}

const equal = (one, other) =>
  modulo(one[0] * other[2] - other[0] * one[2]) === 0n && modulo(one[1] * other[2] - other[1] * one[2]) === 0n;

const number = (bytes) => bytes.reduceRight((n, b) => (n << 8n) | BigInt(b), 0n);

function point(bytes) {
  const whole = number(bytes), sign = whole >> 255n, y = whole & (2n ** 255n - 1n);
  if (y >= P) return null;
  const u = modulo(y * y - 1n), v = modulo(D * y * y + 1n);
  let x = u * power(v, 3n) % P * power(u * power(v, 7n), (P - 5n) / 8n) % P;
  if (modulo(v * x * x - u) !== 0n) x = x * ROOT % P;
  if (modulo(v * x * x - u) !== 0n || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, x * y % P];
}

const BASE = point(Uint8Array.from({ length: 32 }, (_, i) => (i ? 0x66 : 0x58)));

function ed25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const own = point(key), nonce = point(signature.subarray(0, 32)), s = number(signature.subarray(32));
  if (!own || !nonce || s >= L || equal(times(8n, own), ZERO) || equal(times(8n, nonce), ZERO)) return false;
  const h = number(sha512(joined([signature.subarray(0, 32), key, message]))) % L;
  return equal(times(s, BASE), added(nonce, times(h, own)));
}
