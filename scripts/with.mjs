// Runs a command in the project's environment, and a command that builds for wasm32 gets the toolchain for it:
//   npm run with -- cargo clippy --target wasm32-unknown-unknown
// With --isolated first, in a network of its own as well, as the tests with browsers have it:
//   npm run with -- --isolated wasm-pack test --headless --chrome
import { spawn } from "node:child_process";
import { wasmEnvironment } from "./lib/environment.mjs";
import { canIsolate, isolated } from "./lib/isolation.mjs";
import { Stop, main, wait, which } from "./lib/process.mjs";

await main(async () => {
  const alone = process.argv[2] === "--isolated";
  const [program, ...args] = process.argv.slice(alone ? 3 : 2);
  if (!program) throw new Stop("Usage: npm run with -- [--isolated] COMMAND [ARGUMENT…]");
  if (alone && !canIsolate()) throw new Stop("A network of its own needs Linux, root, `ip` and `unshare`.");
  const env = wasmEnvironment();
  if (!which(program, env.PATH)) throw new Stop(`There is no program "${program}": has \`npm run setup\` been run?`);
  const command = alone ? isolated(program, args) : [program, args];
  const { code } = await wait(spawn(...command, { stdio: "inherit", env }));
  process.exitCode = code ?? 1;
});
