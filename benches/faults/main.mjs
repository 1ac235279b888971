// How long a call takes to come back from each fault, in each browser, through each server: `npm run bench:faults`, about a
// quarter of an hour. `npm run bench:faults -- 3` does it three times.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nativeEnvironment } from "../../scripts/lib/environment.mjs";
import { goInside } from "../../scripts/lib/isolation.mjs";
import { root } from "../../scripts/lib/places.mjs";
import { main, run } from "../../scripts/lib/process.mjs";
import { buildPage } from "../../scripts/page.mjs";
import { put } from "../place.mjs";
import { table } from "./table.mjs";

const rounds = Number(process.argv[2] ?? 1);

await main(async () => {
  await goInside(async () => {
    await buildPage();
    await run("cargo", ["build", "-p", "telnyx-device-loopback"], { cwd: root, env: nativeEnvironment });
  });
  const folder = await mkdtemp(join(tmpdir(), "faults-"));
  const file = join(folder, "figures");
  const env = { ...nativeEnvironment, FAULT_FIGURES: file };
  for (let round = 0; round < rounds; round += 1) {
    spawnSync(process.execPath, ["--test", "--test-concurrency=1", "tests/e2e/faults.mjs"], { cwd: root, env, stdio: "inherit" });
  }
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  await rm(folder, { recursive: true });
  const text = table(lines.map((line) => JSON.parse(line)), rounds);
  console.log(text);
  await put("bench:faults", text, "RESILIENCE.md");
});
