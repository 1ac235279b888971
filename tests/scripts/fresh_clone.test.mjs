// The commands of the README begin on a fresh clone, where no package is installed yet.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../scripts/lib/places.mjs";

test("no script needs a package before the set-up has installed it", () => {
  const scripts = readdirSync(join(root, "scripts"), { recursive: true, withFileTypes: true }).filter(
    ({ name, parentPath }) => name.endsWith(".mjs") && !parentPath.includes("node_modules"),
  );
  assert.ok(scripts.length > 10);
  for (const { parentPath, name } of scripts) {
    const text = readFileSync(join(parentPath, name), "utf8");
    const imported = [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)"/gms)].map(([, from]) => from);
    assert.deepEqual(imported.filter((from) => !/^(?:node:|\.)/.test(from)), [], name);
  }
});
