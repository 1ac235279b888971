// Runs a command in the project's environment: `npm run with -- wasm-pack test --headless --chrome`.
// A command that builds for wasm32 gets the toolchain for it.
import { spawn } from "node:child_process";
import { wasmEnvironment } from "./lib/environment.mjs";
import { Stop, main, wait, which } from "./lib/process.mjs";

await main(async () => {
  const [program, ...args] = process.argv.slice(2);
  if (!program) throw new Stop("Usage: npm run with -- COMMAND [ARGUMENT…]");
  const env = wasmEnvironment();
  const found = which(program, env.PATH);
  if (!found) throw new Stop(`There is no program "${program}": has \`npm run setup\` been run?`);
  const { code } = await wait(spawn(found, args, { stdio: "inherit", env }));
  process.exitCode = code ?? 1;
});
