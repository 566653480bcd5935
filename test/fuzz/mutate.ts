/** Numbers from 0 to below 1, the same for the same seed (xorshift, G. Marsaglia 2003). */
export function randomNumbers(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Text at which parsers stumble: quotes, ends, brackets, numbers past a bound, names that every object has. */
const traps = [
  ['\0', '\n', '\r\n', '\t', ' ', '"', "'", '\\', '`', '#', '=', ',', ':', ';', '/', '.', '-', '%', '$', '*', '@'],
  ['{', '}', '[', ']', '(', ')', '<<', '"""', '/*', '*/', '//', '../', '\\x', '\\040', '\x1b[2J', '\x9b', '\u202e'],
  ['-1', '0', '00', '1e9', '0x', '2147483648', '4294967296', '9007199254740993', '9'.repeat(40), 'NaN', 'Infinity'],
  ['null', 'true', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'é', '\ufeff', '\u2028', '💾'],
]
  .flat()
  .map((text) => Buffer.from(text));
const numbers = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
/** No input is larger: whatever takes longer than linear time shows there. */
const maxBytes = 64 * 1024;

type Change = (input: Buffer, random: { below: (limit: number) => number; seeds: readonly Buffer[] }) => Buffer;

const replaced = (input: Buffer, from: number, to: number, by: Buffer) =>
  Buffer.concat([input.subarray(0, from), by, input.subarray(to)]);

/** Ways to change an input. */
const changes: readonly Change[] = [
  function flipABit(input, { below }) {
    const copy = Buffer.from(input);
    const at = below(copy.length || 1);
    if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
    return copy;
  },
  function leaveOut(input, { below }) {
    const at = below(input.length + 1);
    return replaced(input, at, Math.min(input.length, at + 1 + below(20)), Buffer.alloc(0));
  },
  function cutShort(input, { below }) {
    return input.subarray(0, below(input.length + 1));
  },
  function putATrap(input, { below }) {
    const at = below(input.length + 1);
    return replaced(input, at, at + below(3), traps[below(traps.length)] ?? Buffer.alloc(0));
  },
  function putANumber(input, { below }) {
    if (input.length < 4) return input;
    const copy = Buffer.from(input);
    copy.writeUInt32LE(numbers[below(numbers.length)] ?? 0, below(copy.length - 3));
    return copy;
  },
  function repeatAPart(input, { below }) {
    const at = below(input.length + 1);
    const part = input.subarray(at, at + 1 + below(40));
    return replaced(input, at, at, Buffer.concat(Array.from({ length: 1 + below(4) }, () => part)));
  },
  function takeFromAnother(input, { below, seeds }) {
    const other = seeds[below(seeds.length)] ?? input;
    const from = below(other.length + 1);
    const at = below(input.length + 1);
    return replaced(input, at, at + below(30), other.subarray(from, from + 1 + below(60)));
  },
  function swapLines(input, { below }) {
    const lines = input.toString('latin1').split('\n');
    const [one, other] = [below(lines.length), below(lines.length)];
    [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
    return Buffer.from(lines.join('\n'), 'latin1');
  },
];

/** A small part again and again, up to the largest size: what a pattern that looks back takes hours for. */
function pump(input: Buffer, below: (limit: number) => number): Buffer {
  const at = below(input.length + 1);
  const part = below(2) ? input.subarray(at, at + 1 + below(8)) : (traps[below(traps.length)] ?? input);
  if (part.length === 0) return input;
  return replaced(input, at, at, Buffer.alloc(maxBytes - Math.min(maxBytes, input.length), part));
}

/** Of so many inputs one is pumped: they take as long as all others together. */
const pumpedOf = 400;

/** Attack number `number` on a parser: one of its seeds with some changes; the same number gives the same bytes. */
export function attack(seeds: readonly Buffer[], number: number): Buffer {
  const next = randomNumbers(number * 2654435761);
  for (let at = 0; at < 3; at += 1) next();
  const below = (limit: number) => Math.floor(next() * limit);
  let input = seeds[below(seeds.length)] ?? Buffer.alloc(0);
  if (number % pumpedOf === 0) input = pump(input, below);
  const times = 1 + below(4);
  for (let at = 0; at < times; at += 1) input = changes[below(changes.length)]?.(input, { below, seeds }) ?? input;
  return input.subarray(0, maxBytes);
}
