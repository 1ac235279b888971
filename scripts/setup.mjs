// Installs what is missing, and only that: `npm run setup [-- STAGE…]`. Without a name it does what `npm test` needs.
//   build  what `npm run build` and `npm start` need
//   kit    what `npm run build:kit` needs
//   test   what `npm test` needs on top of it
//   long   what `npm run test:long` needs on top of the build
import { fileURLToPath } from "node:url";
import { Stop, main } from "./lib/process.mjs";
import { summary } from "./lib/progress.mjs";
import { installBrowsers, installKamailio, installNetworkTools, installSipp, installSound, installTurn } from "./setup/debian.mjs";
import { installBuildTools, installDriver, installFuzzer } from "./setup/cargo_tools.mjs";
import { installBundlers, installNodePackages, installTypeDoc } from "./setup/node_packages.mjs";
import { checkRust, installKitLibrary, installLibrarySource, installLints, installWasmLibrary } from "./setup/rust.mjs";

const stages = {
  build: [checkRust, installNodePackages, installWasmLibrary, installLibrarySource, installBuildTools],
  kit: [checkRust, installNodePackages, installKitLibrary],
  test: [installLints, installKitLibrary, installNetworkTools, installBrowsers, installSound, installDriver, installKamailio, installSipp, installBundlers, installTypeDoc],
  long: [installNetworkTools, installBrowsers, installSound, installDriver, installKamailio, installTurn, installFuzzer],
};

/** Brings the machine to where the named stages can run. What the build needs and cannot get is a `Stop`; what
 * only some tests need is told, and `npm test` then skips those by name. */
export async function setUp(names = ["build", "test"]) {
  for (const name of names) {
    if (!(name in stages)) throw new Stop(`There is no stage "${name}": use ${Object.keys(stages).join(" or ")}.`);
  }
  for (const [name, steps] of Object.entries(stages)) {
    if (names.includes(name)) for (const step of steps) await step();
  }
  summary(names);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  await main(() => setUp(names.length > 0 ? names : undefined));
}
