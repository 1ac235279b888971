// The Rust side: a compiler, its lints, and the standard library for wasm32.
import { hasLibrary, hasLibrarySource, kitTarget, wasmTarget, wasmToolchain } from "../lib/environment.mjs";
import { root } from "../lib/places.mjs";
import { Stop, capture, run, which } from "../lib/process.mjs";
import { doing, missing } from "../lib/progress.mjs";
import { debianHasCompiler, installDebianCompiler, installDebianLints } from "./debian_rust.mjs";

/** A Rust toolchain and a C linker are the only things that must be there before. */
export async function checkRust() {
  if (!which("cargo") || !which("rustc")) {
    throw new Stop("Rust is missing: install it from https://rustup.rs/ and run this again.");
  }
  if (!capture("cargo", ["--version"], { cwd: root })) {
    throw new Stop("`cargo --version` fails: choose a toolchain, for instance with `rustup default stable`.");
  }
  if (process.platform === "linux" && !which("cc")) {
    throw new Stop("A C compiler is missing: install one (on Debian or Ubuntu: `apt-get install build-essential`).");
  }
}

/** The standard library for wasm32: rustup's own where it can be had, else one built with Debian's compiler. */
export async function installWasmLibrary() {
  if (wasmToolchain() !== undefined) return;
  if (which("rustup")) {
    doing(`Adding the ${wasmTarget} target with rustup`);
    await run("rustup", ["target", "add", wasmTarget], { cwd: root }).catch((error) => missing(error.message));
    if (hasLibrary("", wasmTarget)) return;
  }
  if (!which("rustup") || !debianHasCompiler()) {
    throw new Stop(
      `The standard library for ${wasmTarget} is missing and cannot be installed from here: ` +
        `run \`rustup target add ${wasmTarget}\` on a working connection and start again.`,
    );
  }
  await installDebianCompiler();
  if (wasmToolchain() === undefined) throw new Stop(`The built standard library for ${wasmTarget} is not found.`);
}

/** The source of the standard library, from which the small module is built. Without it the module is larger. */
export async function installLibrarySource() {
  if (hasLibrarySource(wasmToolchain()) || wasmToolchain() || !which("rustup")) return;
  doing("Adding the source of the standard library with rustup");
  await run("rustup", ["component", "add", "rust-src"], { cwd: root }).catch((error) => missing(error.message));
}

/** The standard library that the server for Node.js is built with. */
export async function installKitLibrary() {
  if (hasLibrary("", kitTarget)) return;
  const without = "So `telnyx-device-loopback` is not built for Node.js.";
  if (!which("rustup")) return missing(`There is no rustup to add the ${kitTarget} target. ${without}`);
  doing(`Adding the ${kitTarget} target with rustup`);
  await run("rustup", ["target", "add", kitTarget], { cwd: root }).catch((error) => missing(`${error.message} ${without}`));
}

/** clippy and rustfmt, for the toolchains that we build with. */
export async function installLints() {
  const absent = [];
  if (capture("cargo", ["clippy", "--version"], { cwd: root }) === undefined) absent.push("clippy");
  if (capture("cargo", ["fmt", "--version"], { cwd: root }) === undefined) absent.push("rustfmt");
  if (absent.length > 0) {
    doing(`Adding ${absent.join(" and ")} with rustup`);
    await run("rustup", ["component", "add", ...absent], { cwd: root }).catch((error) => missing(error.message));
  }
  if (wasmToolchain()) await installDebianLints();
}
