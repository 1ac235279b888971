// What the set-up says while it works.
const started = performance.now();
let installed = 0;

/** Something is being done that takes a while. */
export function doing(what) {
  installed += 1;
  console.log(`… ${what}`);
}

/** Something could not be done, and what follows from it. The work goes on. */
export function missing(what) {
  console.log(`! ${what}`);
}

/** The last line of a set-up. */
export function summary(stages) {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const done = installed === 0 ? "nothing was missing" : "done";
  console.log(`✓ Set-up for ${stages.join(" and ")}: ${done} (${seconds} s).`);
}
