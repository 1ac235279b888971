// Running suites one after the other, and the summary that ends a test run.
import { Stop } from "../lib/process.mjs";

const strict = process.env.CI === "true";

/** Runs suites and prints their summary; a failure becomes the exit code. The first one is the set-up, without which
 * nothing else can be trusted to run. */
export async function summarize(suites) {
  const rows = [];
  for (const suite of suites) {
    rows.push(await judge(suite));
    if (rows[0].failed > 0) break;
  }
  console.log(`\n${table(rows)}\n${closing(rows)}`);
  if (rows.some((row) => row.failed > 0)) process.exitCode = 1;
}

/** Runs one suite; whatever happens in it becomes a row of the summary. */
async function judge({ name, cannot, mayNotSkip, run }) {
  const started = performance.now();
  const row = (counts) => ({ name, ...counts, seconds: (performance.now() - started) / 1000 });
  const note = cannot?.();
  console.log(`\n── ${name}${note ? `: ${strict ? "failed" : "skipped"}, ${note}` : ""}`);
  if (note) return row({ passed: 0, failed: strict ? 1 : 0, skipped: strict ? 0 : 1, note });
  try {
    const counts = await run();
    if (!strict || !mayNotSkip || counts.skipped === 0) return row(counts);
    return row({ ...counts, failed: counts.failed + counts.skipped, skipped: 0, note: "what it skipped counts as failed" });
  } catch (error) {
    return row({ passed: 0, failed: 1, skipped: 0, note: error instanceof Stop ? error.message : error.stack });
  }
}

/** One line for each suite. */
export function table(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length), "suite".length);
  const line = (name, ...cells) => name.padEnd(width) + cells.map((cell) => String(cell).padStart(9)).join("");
  const body = rows.flatMap(({ name, passed, failed, skipped, seconds, note }) => {
    const counts = line(name, passed, failed, skipped, seconds.toFixed(1));
    return note ? [`${counts}   ${note}`] : [counts];
  });
  return [line("suite", "passed", "failed", "skipped", "seconds"), ...body].join("\n");
}

/** The very last line. */
export function closing(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  return `${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`;
}
