// The order of functions, for compression: gzip looks 32 KB back, so functions that resemble each other stand together.

/** How many bytes in a row are compared. */
const LENGTH = 4;

/** How many of them stand for a function: the least by as many hashes (MinHash). */
const SAMPLES = 96;

/** The places of the functions, in the best order: each is followed by the one left that is most like it. */
export function order(bodies) {
  const sketches = bodies.map(sketch);
  const left = new Set(bodies.keys());
  const ordered = [];
  for (let next = 0; next !== undefined; next = mostLike(sketches[next], sketches, left)) {
    left.delete(next);
    ordered.push(next);
  }
  return ordered;
}

function mostLike(wanted, sketches, left) {
  let [found, most] = [undefined, -1];
  for (const index of left) {
    const likeness = likenessOf(wanted, sketches[index]);
    if (likeness > most) [found, most] = [index, likeness];
  }
  return found;
}

function likenessOf(one, other) {
  let same = 0;
  for (let sample = 0; sample < SAMPLES; sample += 1) if (one[sample] === other[sample]) same += 1;
  return same;
}

/** Linear hashes, from a linear congruential generator, so that a module is ordered the same way everywhere. */
const hashes = (() => {
  let last = 12345;
  const next = () => (last = (Math.imul(last, 1103515245) + 12345) >>> 0);
  return Array.from({ length: SAMPLES }, () => ({ factor: next() | 1, summand: next() }));
})();

function sketch(body) {
  const least = new Uint32Array(SAMPLES).fill(0xffffffff);
  for (let at = 0; at + LENGTH <= body.length; at += 1) {
    let mixed = 2166136261;
    for (let next = at; next < at + LENGTH; next += 1) mixed = Math.imul(mixed ^ body[next], 16777619);
    hashes.forEach(({ factor, summand }, sample) => {
      const hash = (Math.imul(mixed >>> 15, factor) + summand) >>> 0;
      if (hash < least[sample]) least[sample] = hash;
    });
  }
  return least;
}
