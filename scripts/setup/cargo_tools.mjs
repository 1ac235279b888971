// The tools that cargo builds from their source: wasm-bindgen (which must match the crate to the digit), wasm-pack,
// geckodriver and cargo-fuzz.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { nativeEnvironment } from "../lib/environment.mjs";
import { cache, cargoTools, toolFolder } from "../lib/places.mjs";
import { Stop, capture, run, which } from "../lib/process.mjs";
import { doing, missing } from "../lib/progress.mjs";

/** What turns the crate into `pkg/`. */
export async function installBuildTools() {
  if (!cargoTools["wasm-bindgen"].version) throw new Stop("Cargo.lock does not name wasm-bindgen: run `cargo check`.");
  await install(["wasm-bindgen", "wasm-pack"]);
}

/** What drives Firefox, where there is a Firefox to drive. */
export async function installDriver() {
  if (which("firefox", nativeEnvironment.PATH)) await install(["geckodriver"]);
}

/** What finds inputs that nobody thought of. */
export async function installFuzzer() {
  await install(["cargo-fuzz"]);
}

async function install(programs) {
  const absent = programs.filter((program) => !isThere(program));
  if (absent.length === 0) return;
  // One folder for all of them, as they share many dependencies; quick to build matters more here than quick to run.
  const target = join(cache, `build-${process.pid}`);
  const env = {
    ...nativeEnvironment,
    CARGO_TARGET_DIR: target,
    CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
    CARGO_PROFILE_RELEASE_LTO: "off",
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
    CARGO_PROFILE_RELEASE_DEBUG: "0",
  };
  mkdirSync(cache, { recursive: true });
  try {
    for (const program of absent) {
      const { crate, version } = cargoTools[program];
      doing(`Building ${crate} ${version} (once; takes a few minutes)`);
      const args = ["install", "--quiet", "--root", dirname(toolFolder(cargoTools[program])), `${crate}@${version}`];
      // Not inside the project, so that nothing of its own settings reaches the tool.
      const options = { env, cwd: cache };
      await run("cargo", [...args, "--locked"], options).catch(async (error) => {
        missing(`${error.message} Trying with other versions of its dependencies.`);
        await run("cargo", args, options);
      });
    }
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

function isThere(program) {
  const tool = cargoTools[program];
  const suffix = process.platform === "win32" ? ".exe" : "";
  if (existsSync(join(toolFolder(tool), program + suffix))) return true;
  return capture(program, ["--version"])?.split(/\s+/)[1] === tool.version;
}
