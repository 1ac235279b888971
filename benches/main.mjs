// Every benchmark beside other phones, one after the other: `npm run bench`, half an hour. Each writes its part of
// docs/BENCHMARKS.md. `npm run bench -- parse start memory` runs some of them.
import { fileURLToPath } from "node:url";
import { Stop, main, run } from "../scripts/lib/process.mjs";

const PARTS = ["parse", "start", "memory", "dial"];
const chosen = process.argv.length > 2 ? process.argv.slice(2) : PARTS;

await main(async () => {
  const unknown = chosen.find((part) => !PARTS.includes(part));
  if (unknown) throw new Stop(`There is no part "${unknown}": use ${PARTS.join(", ")}.`);
  for (const part of chosen) await run(process.execPath, [fileURLToPath(new URL(`${part}/main.mjs`, import.meta.url))]);
});
