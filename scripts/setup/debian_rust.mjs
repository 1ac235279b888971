// Where rustup cannot fetch the wasm32 standard library, Debian has a newer compiler together with the source of that
// library. It is built once and put beside the compiler, which rustup then knows as a toolchain of its own.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync } from "node:fs";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debianToolchain, wasmTarget } from "../lib/environment.mjs";
import { Stop, capture, run, which } from "../lib/process.mjs";
import { doing } from "../lib/progress.mjs";
import { canInstall, installPackages } from "./debian.mjs";

const compiler = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld"];
const sysroot = "/usr";
const rustc = join(sysroot, "bin", "rustc");
const libraries = join(sysroot, "lib", "rustlib", wasmTarget, "lib");
const builtBy = join(libraries, "built-by");

/** Whether this way is open: root on a Debian that knows the packages. */
export function debianHasCompiler() {
  return canInstall();
}

/** Installs the compiler, builds the library and links the toolchain; each only where it is not done yet. */
export async function installDebianCompiler() {
  await installPackages(compiler);
  linkLinker();
  if (!isBuilt()) await buildLibrary();
  await run("rustup", ["toolchain", "link", debianToolchain, sysroot]);
}

/** clippy for that toolchain. */
export async function installDebianLints() {
  if (!existsSync(join(sysroot, "bin", "cargo-clippy"))) await installPackages(["rust-web-clippy"]);
}

function isBuilt() {
  return existsSync(builtBy) && readFileSync(builtBy, "utf8") === capture(rustc, ["-vV"]);
}

async function buildLibrary() {
  doing("Building the wasm32 standard library from its source (once; two or three minutes)");
  const crate = mkdtempSync(join(tmpdir(), "wasm-std-"));
  try {
    mkdirSync(join(crate, "src"));
    writeFileSync(join(crate, "src", "lib.rs"), "");
    writeFileSync(join(crate, "Cargo.toml"), '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n');
    // `test` is for wasm-bindgen-test. Without the bitcode no build with link-time optimization can use the library.
    const parts = "-Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro";
    await run(join(sysroot, "bin", "cargo"), ["build", "--quiet", "--release", parts, "--target", wasmTarget], {
      cwd: crate,
      env: buildEnvironment(join(crate, "target")),
    });
    place(join(crate, "target", wasmTarget, "release", "deps"));
  } finally {
    rmSync(crate, { recursive: true, force: true });
  }
}

// Cargo must find Debian's compiler, not rustup's, which reads RUSTUP_TOOLCHAIN and stands earlier on PATH.
function buildEnvironment(target) {
  return {
    ...process.env,
    PATH: `${join(sysroot, "bin")}:${process.env.PATH}`,
    RUSTC: rustc,
    RUSTC_BOOTSTRAP: "1",
    RUSTFLAGS: "-Cembed-bitcode=yes",
    CARGO_TARGET_DIR: target,
  };
}

// The folder appears in one step, so that a build beside this one never sees half of it.
function place(built) {
  const fresh = `${libraries}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const isWanted = (name) => name.endsWith(".rlib") && !name.startsWith("libempty");
  for (const name of readdirSync(built).filter(isWanted)) cpSync(join(built, name), join(fresh, name));
  writeFileSync(join(fresh, "built-by"), capture(rustc, ["-vV"]));
  rmSync(libraries, { recursive: true, force: true });
  renameSync(fresh, libraries);
}

function linkLinker() {
  const host = capture(rustc, ["-vV"])?.match(/^host: (.+)$/m)?.[1];
  const lld = which("lld");
  if (!host || !lld) throw new Stop("Debian's compiler or linker is not where it should be after its installation.");
  const folder = join(sysroot, "lib", "rustlib", host, "bin");
  const link = join(folder, "rust-lld");
  if (existsSync(link)) return;
  mkdirSync(folder, { recursive: true });
  symlinkSync(lld, link);
}
