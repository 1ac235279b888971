// The example of docs/guides/testing.md: a team's own tests of its softphone, with Playwright and the package as it is packed.
import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "../../scripts/lib/places.mjs";
import { chromium } from "../../scripts/setup/debian.mjs";
import { makeProject } from "../packaging/lib/project.mjs";
import { lacking as skip, runTool, toolFile, workbench } from "../packaging/lib/tools.mjs";

const example = join(root, "examples", "testing");

let project;
before(async () => {
  if (skip) return;
  project = await makeProject({ within: workbench });
  cpSync(example, project.folder, { recursive: true });
});
after(() => project?.remove());

test("the example's tests pass", { skip }, async () => {
  await runTool(toolFile("@playwright/test", "cli.js"), ["test", "--reporter=line"], { cwd: project.folder, env: { CHROMIUM: chromium() } });
});

test("the guide shows the files of the example", () => {
  const guide = readFileSync(join(root, "docs", "guides", "testing.md"), "utf8");
  for (const file of ["playwright.config.js", "tests/loopback.js", "tests/softphone.spec.js"]) {
    assert.ok(guide.includes(`// ${file}\n${readFileSync(join(example, file), "utf8")}\`\`\``), file);
  }
});
