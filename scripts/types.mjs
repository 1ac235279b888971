// What TypeScript sees of the package, kept in tests/types/telnyx_device.d.ts so that no change of it goes unseen.
// `npm run types:accept` renews it from pkg/.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./lib/places.mjs";
import { Stop, main } from "./lib/process.mjs";

const kept = "tests/types/telnyx_device.d.ts";

/** The declarations alone: without comments. */
function declarations() {
  const whole = readFileSync(join(root, "pkg", "telnyx_device.d.ts"), "utf8");
  const code = whole.replace(/\/\*[^]*?\*\//g, "");
  return code.replace(/[ \t]+$/gm, "").replace(/\n{2,}/g, "\n").trimStart();
}

/** Fails where pkg/ declares something else than what is kept. */
export function checkTypes() {
  const [was, is] = [readFileSync(join(root, kept), "utf8"), declarations()].map((text) => text.split("\n"));
  const gone = was.filter((line) => !is.includes(line));
  const come = is.filter((line) => !was.includes(line));
  if (was.join("\n") === is.join("\n")) return;
  const changes = [...gone.map((line) => `- ${line}`), ...come.map((line) => `+ ${line}`)];
  throw new Stop(`The public types have changed. Where that is meant: \`npm run types:accept\`.\n${changes.join("\n")}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    writeFileSync(join(root, kept), declarations());
    console.log(`✓ ${kept} is that of pkg/.`);
  });
}
