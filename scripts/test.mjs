// Runs every test there is and ends with one summary: `npm test`, or some suites by name: `npm test -- native e2e`.
// What this machine cannot do is skipped by name; where CI=true, that is a failure.
import { main, Stop } from "./lib/process.mjs";
import { closing, table } from "./test/report.mjs";
import { suites } from "./test/suites.mjs";

const strict = process.env.CI === "true";

/** Runs one suite; whatever happens in it becomes a row of the summary. */
async function judge({ name, cannot, mayNotSkip, run }) {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const lacks = cannot?.();
  if (lacks) {
    console.log(`\n── ${name}: skipped, ${lacks}`);
    const counts = strict ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 };
    return { name, ...counts, note: lacks, seconds: seconds() };
  }
  console.log(`\n── ${name}`);
  try {
    const counts = await run();
    if (strict && mayNotSkip && counts.skipped > 0) {
      return { name, ...counts, failed: counts.failed + counts.skipped, skipped: 0, note: "skips", seconds: seconds() };
    }
    return { name, ...counts, seconds: seconds() };
  } catch (error) {
    const note = error instanceof Stop ? error.message : error.stack;
    return { name, passed: 0, failed: 1, skipped: 0, note, seconds: seconds() };
  }
}

await main(async () => {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown) throw new Stop(`There is no suite "${unknown}": ${suites.map((suite) => suite.name).join(", ")}.`);
  const rows = [];
  for (const suite of suites) {
    // Without the set-up nothing else can be trusted to run.
    if (names.length > 0 && suite.name !== "setup" && !names.includes(suite.name)) continue;
    rows.push(await judge(suite));
    if (suite.name === "setup" && rows[0].failed > 0) break;
  }
  console.log(`\n${table(rows)}\n${closing(rows)}`);
  if (rows.some((row) => row.failed > 0)) process.exitCode = 1;
});
