// What calls leave behind in a page: `npm run bench:soak`, 500 calls in about five minutes. `npm run bench:soak -- 40`
// makes forty, shows the table and does not keep it.
import { build } from "../../scripts/build.mjs";
import { nativeEnvironment } from "../../scripts/lib/environment.mjs";
import { goInside } from "../../scripts/lib/isolation.mjs";
import { Stop, main, run } from "../../scripts/lib/process.mjs";
import { put } from "../place.mjs";
import { soak } from "./calls.mjs";
import { text } from "./table.mjs";

const ENOUGH = 500;
const EVERY = 50;
const [calls = ENOUGH] = process.argv.slice(2).map(Number);

await main(async () => {
  if (!(calls > 0)) throw new Stop("Usage: npm run bench:soak [-- CALLS]");
  await goInside(async () => {
    await build();
    await run("cargo", ["build", "-p", "telnyx-device-loopback"], { env: nativeEnvironment });
  });
  const began = performance.now();
  const found = await soak({ calls, every: EVERY, report: ({ calls, script }) => console.log(`${calls} calls, ${script} bytes of JavaScript objects`) });
  const shown = text(found, { calls, seconds: (performance.now() - began) / 1000 });
  console.log(shown);
  if (calls >= ENOUGH) await put("bench:soak", shown);
  if (found.leftovers.length > 0) throw new Stop(`After ${found.leftovers[0].calls} calls there was more than before: ${JSON.stringify(found.leftovers[0].left)}`);
});
