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

test("an application may extend the device", () => {
  const program = `
    import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    import { initSync, TelnyxDevice } from "telnyx-device";
    initSync({ module: readFileSync(fileURLToPath(import.meta.resolve("telnyx-device/wasm"))) });
    class MyPhone extends TelnyxDevice {
      greeting = "hello";
      constructor(config) {
        super({ port: 5060, ...config });
      }
      greet() {
        return this.greeting;
      }
      isRegistered() {
        return [super.isRegistered()];
      }
    }
    class MyOtherPhone extends MyPhone {}
    const phone = new MyOtherPhone({ host: "example.com" });
    const heard = [];
    phone.on("of my own", function () {
      heard.push(this === phone);
    });
    phone.addEventListener("of my own", ({ target }) => heard.push(target === phone));
    phone.dispatchEvent(new CustomEvent("of my own"));
    const kinds = [MyOtherPhone, MyPhone, TelnyxDevice].map((kind) => phone instanceof kind);
    const plain = Object.getPrototypeOf(new TelnyxDevice({ host: "a", port: 1 })) === TelnyxDevice.prototype;
    console.log(JSON.stringify([kinds, phone.greet(), phone.isRegistered(), heard, MyPhone.causes.BUSY, plain]));
    phone.free();
    process.exit(0);
  `;
  assert.deepEqual(evaluate(program), [[true, true, true], "hello", [false], [true, true], "Busy", true]);
});
