// The npm package in a Next.js project without any configuration, by either of its bundlers: its server, in Node and in what it
// has for the edge of a network, renders the page, whose client component then calls the echo of the embedded server.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launchChromium } from "../e2e/lib/chromium.mjs";
import { startProgram } from "../e2e/lib/processes.mjs";
import { callsTheEcho } from "./lib/caller.mjs";
import { makeProject } from "./lib/project.mjs";
import { lacking as skip, runTool, toolFile, workbench } from "./lib/tools.mjs";

const next = toolFile("next", "dist/bin/next");
const env = { NEXT_TELEMETRY_DISABLED: "1" };

let project;
let browser;
before(async () => {
  if (skip) return;
  project = await makeProject({ within: workbench });
  cpSync(fileURLToPath(new URL("next", import.meta.url)), project.folder, { recursive: true });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  project?.remove();
});

/** Serves what was built; gives the address. */
async function serve(t) {
  let address;
  const isReady = (line) => {
    address ??= line.match(/- Local: +(http:\S+)/)?.[1];
    return line.includes("Ready in") ? address : undefined;
  };
  const args = [next, "start", "--hostname", "localhost", "--port", "0"];
  const server = await startProgram(process.execPath, args, { cwd: project.folder, env, isReady, timeout: 60_000 });
  t.after(() => server.stop());
  return server.ready;
}

for (const bundler of ["turbopack", "webpack"]) {
  test(`Next.js, by ${bundler}`, { skip }, async (t) => {
    await runTool(next, ["build", `--${bundler}`], { cwd: project.folder, env });
    const url = await serve(t);
    for (const page of ["", "edge"]) {
      const html = await (await fetch(new URL(page, url))).text();
      assert.match(html, /rendered at .+not yet/);
    }
    await callsTheEcho(t, browser, { url });
  });
}
