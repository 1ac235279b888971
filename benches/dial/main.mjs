// How soon a call begins, beside other phones: `npm run bench:dial`. It takes 25 minutes, as one of them waits
// for 40 s wherever a STUN server is silent; `npm run bench:dial -- 2 1` runs two rounds without and one with that server,
// shows the table and does not keep it.
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../../scripts/build.mjs";
import { canIsolate, isolated } from "../../scripts/lib/isolation.mjs";
import { root } from "../../scripts/lib/places.mjs";
import { main, run as command } from "../../scripts/lib/process.mjs";
import { run } from "./rounds.mjs";
import { bundle } from "./site.mjs";
import { put, table } from "./table.mjs";

const ENOUGH = 10;
const INSIDE = "BENCH_DIAL_ISOLATED";
const here = fileURLToPath(new URL(".", import.meta.url));
const [rounds = ENOUGH, stunRounds = rounds] = process.argv.slice(2).map(Number);

await main(async () => {
  if (!process.env[INSIDE]) {
    await build();
    await command("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: here });
    await bundle();
    if (canIsolate()) {
      const [program, args] = isolated(process.execPath, process.argv.slice(1));
      process.exit(spawnSync(program, args, { stdio: "inherit", env: { ...process.env, [INSIDE]: "1" } }).status ?? 1);
    }
  }
  const milliseconds = (time) => (time === null ? "" : `, sound ${Math.round(time)} ms`);
  const report = ({ stun, cold, round, phone, invite, audio }) =>
    console.log(`${cold ? "cold" : "ready"}${stun ? ", silent STUN" : ""}, round ${round}: ${phone} INVITE ${Math.round(invite)} ms${milliseconds(audio)}`);
  const measured = await run({ rounds, stunRounds, report });
  const when = new Date().toISOString().slice(0, 10);
  const text = `${table(measured)}\n\nMedians (least–most) of ${rounds} rounds, ${stunRounds} with the STUN server; ${when}, ${cpus().length} × ${cpus()[0].model}.`;
  console.log(text);
  if (Math.min(rounds, stunRounds) >= ENOUGH) await put(join(root, "docs", "BENCHMARKS.md"), text);
});
