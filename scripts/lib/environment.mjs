// The environment in which the project's builds and tests run: our tools first on PATH, and a Rust toolchain that
// has the wasm32 standard library.
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cargoTools, linkFolder, root, toolFolder } from "./places.mjs";
import { capture } from "./process.mjs";

export const wasmTarget = "wasm32-unknown-unknown";

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
  return ["", debianToolchain].find(hasWasmLibrary);
}

/** Whether a toolchain ("" is the default one) has a standard library for wasm32. */
export function hasWasmLibrary(toolchain) {
  const folder = libraryFolder(toolchain);
  try {
    return folder !== undefined && readdirSync(folder).some((name) => /^libstd-.*\.rlib$/.test(name));
  } catch {
    return false;
  }
}

/** Where a toolchain looks for its wasm32 libraries; undefined if there is no such toolchain. */
export function libraryFolder(toolchain) {
  const select = toolchain ? [`+${toolchain}`] : [];
  return capture("rustc", [...select, "--print", "target-libdir", "--target", wasmTarget], { cwd: root });
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
