// Writes docs/API.md from what TypeScript sees, and the pages of the Rust core from its comments: `npm run docs`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { canRefer, reference } from "./docs/reference.mjs";
import { nativeEnvironment } from "./lib/environment.mjs";
import { root } from "./lib/places.mjs";
import { Stop, main, run } from "./lib/process.mjs";
import { setUp } from "./setup.mjs";
import { installTypeDoc } from "./setup/node_packages.mjs";

const kept = "docs/API.md";

/** Fails where the reference is not that of pkg/; false where it cannot be known. */
export async function checkReference() {
  if (!canRefer()) return false;
  if (readFileSync(join(root, kept), "utf8") === (await reference())) return true;
  throw new Stop(`${kept} is not what pkg/ has: \`npm run docs\`.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setUp(["build"]);
    await build();
    await installTypeDoc();
    if (!canRefer()) throw new Stop(`Without TypeDoc, ${kept} stays as it is.`);
    writeFileSync(join(root, kept), await reference());
    console.log(`✓ ${kept} is that of pkg/.`);
    await run("cargo", ["doc", "--no-deps", "--all-features", "--quiet"], { cwd: root, env: { ...nativeEnvironment, RUSTDOCFLAGS: "-D warnings" } });
    console.log("✓ The core's pages: target/doc/telnyx_device/index.html");
  });
}
