// The npm package as its users get it: packed, installed in an empty project, imported.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "../../scripts/lib/places.mjs";
import { makeProject } from "./lib/project.mjs";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

let project;
before(async () => (project = await makeProject()));
after(() => project?.remove());

function evaluate(program, conditions = []) {
  const args = [...conditions.map((condition) => `--conditions=${condition}`), "--input-type=module", "--eval", program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: project.folder }).toString());
}

test("the package holds what is named and nothing else", () => {
  const installed = join(project.folder, "node_modules", "telnyx-device");
  const files = (folder) => readdirSync(join(installed, folder)).sort();
  assert.deepEqual(files("."), ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "npm", "package.json", "pkg"]);
  assert.deepEqual(files("npm"), ["index.d.ts", "index.js", "inline.js", "loopback", "manual.d.ts", "manual.js", "names.d.ts", "names.js"]);
  // What is built for the server on Node.js is there where it could be built.
  const server = files("npm/loopback").filter((name) => name !== "built");
  assert.deepEqual(server, ["connections.js", "datagrams.js", "index.d.ts", "index.js", "main.js", "module.js", "server.js", "web.js"]);
  // npm packs licenses wherever they are.
  const code = files("pkg").filter((name) => !name.startsWith("LICENSE"));
  assert.deepEqual(code, ["constants.js", "inlined.js", "snippets", "telnyx_device.d.ts", "telnyx_device.js", "telnyx_device.js.map", "telnyx_device_bg.wasm"]);
});

test("every map that a file names is there with its sources, and code that is not readable names one", () => {
  const installed = join(project.folder, "node_modules", "telnyx-device");
  const files = readdirSync(installed, { recursive: true }).filter((name) => /\.(js|ts|wasm)$/.test(name));
  assert.ok(files.length > 8, "npm/, pkg/ and its snippets");
  for (const name of files) {
    const path = join(installed, name);
    const map = sourceMap(path);
    if (map) assert.ok(isWhole(join(dirname(path), map)), `${name} names ${map}, which is not there or lacks its sources`);
    else if (name.endsWith(".js") && !DATA.includes(basename(name))) {
      const text = readFileSync(path, "utf8");
      assert.ok(text.length / text.split("\n").length < 100, `${name} is minified and has no map`);
    }
  }
});

/** What the build writes of the module: values, and no code. */
const DATA = ["constants.js", "inlined.js"];

/** Whether a source map is there, with all of its sources in it. */
function isWhole(map) {
  if (!existsSync(map)) return false;
  const { sources, sourcesContent = [] } = JSON.parse(readFileSync(map, "utf8"));
  return sources.length > 0 && sources.every((source, index) => sourcesContent[index]);
}

/** The name of the source map of a script, of types or of a module, if it has one. */
function sourceMap(path) {
  const bytes = readFileSync(path);
  if (!path.endsWith(".wasm")) return bytes.toString().match(/^\/\/[#@] sourceMappingURL=(\S+)/m)?.[1];
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "sourceMappingURL");
  return section && Buffer.from(section).toString().slice(1);
}

for (const entry of ["telnyx-device", "telnyx-device/inline", "telnyx-device/manual"]) {
  test(`on a server, importing ${entry} loads nothing, and constructing says so`, () => {
    const program = `
      const opened = [];
      for (const name of ["fetch", "WebSocket"]) globalThis[name] = () => opened.push(name);
      for (const name of ["instantiate", "Module", "Instance"]) WebAssembly[name] = () => opened.push(name);
      const { TelnyxDevice, TelnyxError, causes, version, ...more } = await import("${entry}");
      class MyPhone extends TelnyxDevice {}
      const sentences = [() => new MyPhone({ host: "a", port: 1 }), () => TelnyxDevice.check({})].map((use) => {
        try {
          use();
        } catch (error) {
          return error.message;
        }
      });
      console.log(JSON.stringify([opened, sentences, new TelnyxError("ERR", "so") instanceof Error, causes.BUSY, version, Object.keys(more)]));
    `;
    const sentence = "TelnyxDevice is not ready: in a browser, await init() of telnyx-device/manual first; a server has no use of it.";
    const more = entry.endsWith("manual") ? ["init"] : [];
    assert.deepEqual(evaluate(program), [[], [sentence, sentence], true, "Busy", version, more]);
  });
}

for (const conditions of [[], ["edge-light", "browser", "webpack"], ["workerd", "worker", "browser", "module"]]) {
  test(`a server gets the names alone, by ${conditions.join() || "Node's conditions"}`, () => {
    const program = 'console.log(JSON.stringify(["telnyx-device", "telnyx-device/inline"].map((entry) => import.meta.resolve(entry).split("/").at(-1))));';
    assert.deepEqual(evaluate(program, conditions), ["names.js", "names.js"]);
  });
}

test("the module in it belongs to the JavaScript in it, also inlined", () => {
  const program = `
    import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    import { causes, init, TelnyxDevice, version } from "telnyx-device/manual";
    const wasm = readFileSync(fileURLToPath(import.meta.resolve("telnyx-device/wasm")));
    const { wasm: inlined } = await import(new URL("inlined.js", import.meta.resolve("telnyx-device/wasm")));
    await init(wasm);
    await init();
    const same = JSON.stringify(causes) === JSON.stringify(TelnyxDevice.causes) && version === TelnyxDevice.version;
    console.log(JSON.stringify([wasm.equals(inlined()), same]));
  `;
  assert.deepEqual(evaluate(program), [true, true]);
});

test("an application may extend the device", () => {
  const program = `
    import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    import { init, TelnyxDevice } from "telnyx-device/manual";
    await init(readFileSync(fileURLToPath(import.meta.resolve("telnyx-device/wasm"))));
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
