// One phone in a process of its own reads one INVITE: prints the milliseconds that each step took.
import { readFile } from "node:fs/promises";
import { messages } from "../parse/corpus.mjs";

const [phone, wasm] = process.argv.slice(2);
const [invite] = messages(1);
const bytes = wasm && (await readFile(wasm));
const times = {};
let before = performance.now();

function took(step) {
  const now = performance.now();
  times[step] = now - before;
  before = performance.now();
}

const module = await import(`./dist/${phone}.js`);
took("script");
if (bytes) {
  const compiled = module.compile(bytes);
  took("compile");
  module.instantiate(compiled);
  took("instantiate");
}
if (!module.parse(invite)) throw new Error(`${phone} does not read the INVITE`);
took("parse");
console.log(JSON.stringify(times));
