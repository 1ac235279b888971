// From the crate to a WebAssembly module: the small one where the toolchain can make it, the plain one everywhere.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { hasLibrarySource, wasmEnvironment, wasmTarget, wasmToolchain } from "../lib/environment.mjs";
import { root } from "../lib/places.mjs";
import { capture, run } from "../lib/process.mjs";
import { missing } from "../lib/progress.mjs";

/** A panic, which no input reaches, is a trap and says nothing. */
const silent = ["-Zunstable-options", "-Cpanic=immediate-abort"];

/**
 * A quarter of the usual stack, as nothing recurses deeply: each page has the rest back, and the data behind it have addresses
 * of three bytes in place of four.
 */
const stack = ["-Clink-arg=-zstack-size=262144"];

/** The standard library is built with the crate, for size. `--config` joins its flags with those of `.cargo/config.toml`. */
const small = [
  "-Zbuild-std=std,panic_abort",
  "-Zbuild-std-features=optimize_for_size",
  "--config",
  `target.${wasmTarget}.rustflags=${JSON.stringify([...silent, ...stack])}`,
];

/** All of that is for nightly compilers alone, unless they are told that we know. */
const unstable = { RUSTC_BOOTSTRAP: "1" };

/** Which module can be made: the plain one where the source of the standard library is missing, or the compiler older than 1.91. */
export function wanted() {
  const env = { ...wasmEnvironment(), ...unstable };
  const knows = capture("rustc", [...silent, "--print", "cfg", "--target", wasmTarget], { cwd: root, env }) !== undefined;
  return knows && hasLibrarySource(wasmToolchain()) ? "small" : "plain";
}

/** What is shipped: its crate, where it goes, and its name there. */
const SHIPPED = { crate: join(root, "module"), out: join(root, "pkg"), name: "telnyx_device" };

/** Writes the module, its JavaScript and its types to pkg/, or those of another crate to another place; gives which module it is. */
export async function compile(kind, module = SHIPPED) {
  if (kind === "small") {
    try {
      await pack(module, small, unstable);
      return kind;
    } catch (error) {
      missing(`${error.message} Building with the standard library as it comes: the module will be larger.`);
    }
  }
  await pack(module, [], {});
  return "plain";
}

async function pack({ crate, out, name }, options, more) {
  const args = ["build", crate, "--target", "web", "--release", "--mode", "no-install", "--no-opt"];
  // Snippets of an earlier build would stay in it.
  rmSync(out, { recursive: true, force: true });
  await run("wasm-pack", [...args, "--out-dir", out, "--out-name", name, ...options], {
    cwd: root,
    env: { ...wasmEnvironment(), ...more },
  });
  // It would keep pkg/ out of the npm package.
  rmSync(join(out, ".gitignore"), { force: true });
}
