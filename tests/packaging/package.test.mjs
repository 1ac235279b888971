// The npm package as its users get it: packed, installed in an empty project, imported.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "../../scripts/lib/places.mjs";
import { npm } from "../../scripts/lib/process.mjs";

const project = mkdtempSync(join(tmpdir(), "telnyx-device-"));
const quiet = { stdio: ["ignore", "ignore", "inherit"] };

before(async () => {
  await npm(["pack", "--silent", "--pack-destination", project], { cwd: root, ...quiet });
  const [tarball] = readdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  await npm(["install", "--silent", "--offline", `./${tarball}`], { cwd: project, ...quiet });
});

after(() => rmSync(project, { recursive: true, force: true }));

function evaluate(program) {
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { cwd: project });
  return JSON.parse(output.toString());
}

test("the package holds what is named and nothing else", () => {
  const installed = join(project, "node_modules", "telnyx-device");
  const files = (folder) => readdirSync(join(installed, folder)).sort();
  assert.deepEqual(files("."), ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json", "pkg"]);
  // npm packs licenses wherever they are.
  const code = files("pkg").filter((name) => !name.startsWith("LICENSE"));
  assert.deepEqual(code, ["snippets", "telnyx_device.d.ts", "telnyx_device.js", "telnyx_device_bg.wasm"]);
});

test("importing it outside a browser neither throws nor loads anything", () => {
  const exported = evaluate('console.log(JSON.stringify(Object.keys(await import("telnyx-device"))))');
  assert.ok(exported.includes("default") && exported.includes("initSync"), exported.join());
});

test("the module in it belongs to the JavaScript in it", () => {
  const program = `
    import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    import { initSync } from "telnyx-device";
    const wasm = readFileSync(fileURLToPath(import.meta.resolve("telnyx-device/wasm")));
    console.log(JSON.stringify(Object.keys(initSync({ module: wasm }))));
  `;
  assert.ok(evaluate(program).includes("memory"));
});
