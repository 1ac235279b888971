// How phones take what networks do to them: `npm run bench:resilience`, about an hour. `npm run bench:resilience -- 1 1`
// does the short faults once and the long ones once, shows the table and does not keep it.
import { fileURLToPath } from "node:url";
import { build } from "../../scripts/build.mjs";
import { goInside } from "../../scripts/lib/isolation.mjs";
import { main, run as command } from "../../scripts/lib/process.mjs";
import { PACKAGES, bundle } from "../dial/site.mjs";
import { put } from "../place.mjs";
import { run } from "./rounds.mjs";
import { table } from "./table.mjs";

const ENOUGH = 10;
const ENOUGH_LONG = 10;
const PEERS = ["jssip", "manager", "sipjs"];
const here = fileURLToPath(new URL(".", import.meta.url));
const [rounds = ENOUGH, longRounds = ENOUGH_LONG] = process.argv.slice(2).map(Number);

await main(async () => {
  await goInside(async () => {
    await build();
    await command("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: PACKAGES });
    await bundle(here, PEERS);
  });
  const measured = await run({ folder: here, rounds, longRounds, report: (line) => console.log(line) });
  const text = table(measured);
  console.log(text);
  if (rounds >= ENOUGH && longRounds >= ENOUGH_LONG) await put("bench:resilience", text, "RESILIENCE.md");
});
