// The environment in which the project's builds and tests run: our tools first on PATH, and a Rust toolchain that
// has the wasm32 standard library.
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cargoTools, linkFolder, root, toolFolder } from "./places.mjs";
import { capture } from "./process.mjs";

export const wasmTarget = "wasm32-unknown-unknown";

/** What the server for Node.js is built for: WebAssembly with a clock, which str0m asks for the time. */
export const kitTarget = "wasm32-wasip1";

/** The name under which rustup knows Debian's compiler, where rustup's own has no wasm32 library. */
export const debianToolchain = "debian";

/** The environment for everything native. */
export const nativeEnvironment = { ...process.env, PATH: toolPath() };

/** The environment for wasm32 builds. */
export function wasmEnvironment() {
  const toolchain = wasmToolchain();
  return toolchain ? { ...nativeEnvironment, RUSTUP_TOOLCHAIN: toolchain } : nativeEnvironment;
}

/** Which toolchain builds wasm32: "" the default one, a name, or undefined where none can. */
export function wasmToolchain() {
  return ["", debianToolchain].find((toolchain) => hasLibrary(toolchain, wasmTarget));
}

/** Whether a toolchain ("" is the default one) has the standard library for a target. */
export function hasLibrary(toolchain, target) {
  const folder = libraryFolder(toolchain, target);
  try {
    return folder !== undefined && readdirSync(folder).some((name) => /^libstd-.*\.rlib$/.test(name));
  } catch {
    return false;
  }
}

/** Where a toolchain looks for its libraries for a target; undefined if there is no such toolchain. */
function libraryFolder(toolchain, target) {
  const select = toolchain ? [`+${toolchain}`] : [];
  return capture("rustc", [...select, "--print", "target-libdir", "--target", target], { cwd: root });
}

/** Whether a toolchain has the source of the standard library. */
export function hasLibrarySource(toolchain) {
  const select = toolchain ? [`+${toolchain}`] : [];
  const sysroot = capture("rustc", [...select, "--print", "sysroot"], { cwd: root });
  return sysroot !== undefined && existsSync(join(sysroot, "lib", "rustlib", "src", "rust", "library", "Cargo.lock"));
}

function toolPath() {
  const folders = [...Object.values(cargoTools).map(toolFolder), linkFolder, join(root, "node_modules", ".bin")];
  return [...folders, process.env.PATH ?? ""].join(delimiter);
}
