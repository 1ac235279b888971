// What the entries of npm/ need beside what wasm-pack writes: generated into pkg/.
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../lib/places.mjs";
import { Stop } from "../lib/process.mjs";

const pkg = join(root, "pkg");
const script = join(pkg, "telnyx_device.js");
const types = join(pkg, "telnyx_device.d.ts");
const wasm = join(pkg, "telnyx_device_bg.wasm");

/**
 * Changes what wasm-bindgen wrote so that whoever is too early learns it in a sentence, devices can be extended, and long
 * texts go to the module at once.
 */
export function finishScript() {
  rewrite(script, [
    [/^let (wasmModule, wasmInstance, wasm);$/m, `${EARLY}\nlet $1 = early;`],
    [/^function initSync\(module\) \{\s*if \(wasm !== undefined\)/m, initializes],
    [/^async function __wbg_init\(module_or_path\) \{\s*if \(wasm !== undefined\)/m, initializes],
    LONG_TEXTS,
    [/(\nexport class TelnyxDevice \{[^]*?\n    constructor\(config\) \{[^}]*?\}\s*return )(\w+\(ret\[0\]\));/, EXTENSIBLE],
  ]);
}

/** Replaces each of these in a script, and fails where one is not to be found. */
export function rewrite(script, changes) {
  const changed = changes.reduce((text, [found, instead]) => {
    if (!found.test(text)) throw new Stop(`wasm-bindgen writes its script in another way than scripts/build/entries.mjs knows: ${found}`);
    return text.replace(found, instead);
  }, readFileSync(script, "utf8"));
  writeFileSync(script, changed);
}

/** It copies texts letter by letter, which is quickest where they are short; of a SIP message, it takes twenty times as long. */
export const LONG_TEXTS = [/for \(; offset < len; offset\+\+\)/, "for (; offset < len && len < 32; offset++)"];

const initializes = (found) => found.replace("undefined", "early");

/** Stands for the exports of the module until there are any. */
const EARLY = `const early = new Proxy({}, {
    get() {
        throw new Error("TelnyxDevice is not ready: in a browser, await init() of telnyx-device/manual first; a server has no use of it.");
    },
});`;

/**
 * A device's constructor returns an object that Rust has made, so a class of the application's that extends TelnyxDevice
 * would lose its methods. wasm-bindgen has no word for `new.target`.
 */
const EXTENSIBLE = "$1Object.setPrototypeOf($2, new.target.prototype);";

/** Says what wasm-bindgen adds to each class, of which it says nothing, and nothing of exports, whose names are cut short. */
export function finishTypes() {
  const nameless = /(^export class (\w+) \{\n(?: {4}private constructor\(\);\n)?) {4}free\(\): void;\n {4}\[Symbol\.dispose\]\(\): void;/gm;
  const described = readFileSync(types, "utf8").replace(nameless, (whole, head, name) => {
    const what = name === "TelnyxDevice" ? ENDS : LETS_GO;
    return `${head}${comment(what)}    free(): void;\n${comment("As `free()`: for `using`.")}    [Symbol.dispose](): void;`;
  });
  if (!described.includes(ENDS)) throw new Stop("wasm-bindgen writes its types in another way than scripts/build/entries.mjs knows.");
  writeFileSync(types, described.replace(/^(export interface InitOutput \{\n.*\n)[^]*?^\}$/m, "$1}"));
  rmSync(join(pkg, "telnyx_device_bg.wasm.d.ts"), { force: true });
}

const ENDS = "Ends calls, connection and everything else at once, and lets its memory go. It is not to be used afterwards.";
const LETS_GO = "Lets its memory go before the garbage collector does. It is not to be used afterwards.";

const comment = (text) => `    /**\n     * ${text}\n     */\n`;

/** The crate's own JavaScript. */
export function glue() {
  const [folder] = readdirSync(join(pkg, "snippets"));
  return join(pkg, "snippets", folder, "src", "glue.js");
}

/** Writes what can be had without the module, and the module as JavaScript. */
export async function writeParts() {
  const bytes = readFileSync(wasm);
  const { initSync, TelnyxDevice } = await import(pathToFileURL(script));
  initSync({ module: bytes });
  const constants = [
    "// What can be had before the WebAssembly is loaded.",
    `export { TelnyxError } from ${JSON.stringify(`./${relative(pkg, glue()).replaceAll(sep, "/")}`)};`,
    `export const causes = Object.freeze(${JSON.stringify(TelnyxDevice.causes)});`,
    `export const version = ${JSON.stringify(TelnyxDevice.version)};`,
  ];
  writeFileSync(join(pkg, "constants.js"), `${constants.join("\n")}\n`);
  const inlined = [
    "/** The WebAssembly. */",
    `export const wasm = () => Uint8Array.from(atob("${bytes.toString("base64")}"), (byte) => byte.charCodeAt(0));`,
  ];
  writeFileSync(join(pkg, "inlined.js"), `${inlined.join("\n")}\n`);
}
