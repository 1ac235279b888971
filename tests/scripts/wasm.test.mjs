// What the build does to the module once it is compiled: it is read, ordered and written again.
import assert from "node:assert/strict";
import { test } from "node:test";
import binaryen from "binaryen";
import { order } from "../../scripts/build/order.mjs";
import * as wasm from "../../scripts/lib/wasm.mjs";

const text = `(module
  (import "host" "tell" (func $tell (param i32)))
  (import "host" "memory" (memory 1 2))
  (import "host" "table" (table 1 funcref))
  (import "host" "level" (global $level i32))
  (func $twice (export "twice") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
  (func $once (export "once") (call $tell (global.get $level))))`;

const read = () => {
  const module = binaryen.parseText(text);
  binaryen.setDebugInfo(true);
  return wasm.sectionsOf(Buffer.from(module.emitBinary()));
};

test("a module that is read is written again as it was", () => {
  const sections = read();
  const rewritten = sections.map((it) => {
    if (it.id === wasm.ids.imports) return { ...it, content: wasm.importSection(wasm.importsOf(sections)) };
    if (it.id === wasm.ids.exports) return { ...it, content: wasm.exportSection(wasm.exportsOf(sections)) };
    return it;
  });
  assert.deepEqual(wasm.moduleOf(rewritten), wasm.moduleOf(sections));
  assert.ok(WebAssembly.validate(wasm.moduleOf(rewritten)));
});

test("imports, exports, functions and their names are found", () => {
  const sections = read();
  assert.deepEqual(wasm.importsOf(sections).map(({ field }) => field).sort(), ["level", "memory", "table", "tell"]);
  assert.deepEqual(wasm.exportsOf(sections).map(({ name }) => name).sort(), ["once", "twice"]);
  const { imported, bodies } = wasm.functionsOf(sections);
  assert.equal(imported, 1);
  assert.equal(bodies.length, 2);
  assert.deepEqual([...wasm.namesOf(sections).values()], ["tell", "twice", "once"]);
  const renamed = wasm.nameSection(new Map([[0, "first"], [200, "far"]]));
  assert.deepEqual([...wasm.namesOf([renamed])], [[0, "first"], [200, "far"]]);
});

test("functions that resemble each other stand together", () => {
  const bodies = ["a function of this kind", "0123456789 0123456789", "a function of that kind", "0123456789 0123456780"].map((it) => Buffer.from(it));
  assert.deepEqual(order(bodies), [0, 2, 1, 3]);
});
