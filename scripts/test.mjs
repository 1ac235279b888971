// Runs every test there is and ends with one summary: `npm test`, or some suites by name: `npm test -- native e2e`.
// What this machine cannot do is skipped by name; where CI=true, that is a failure.
import { Stop, main } from "./lib/process.mjs";
import { summarize } from "./test/report.mjs";
import { suites } from "./test/suites.mjs";

await main(async () => {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown) throw new Stop(`There is no suite "${unknown}": ${suites.map((suite) => suite.name).join(", ")}.`);
  const isWanted = ({ name }) => names.length === 0 || name === "setup" || names.includes(name);
  await summarize(suites.filter(isWanted));
});
