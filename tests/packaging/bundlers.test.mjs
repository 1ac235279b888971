// The npm package in the tools that people build with, without any configuration for it; each page that they make calls the
// echo of the embedded server, and hears itself.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launchChromium } from "../e2e/lib/chromium.mjs";
import { startEmbedded } from "../e2e/lib/embedded.mjs";
import { callsTheEcho } from "./lib/caller.mjs";
import { makeProject } from "./lib/project.mjs";
import { lacking as skip, runTool, tool, toolFile } from "./lib/tools.mjs";

const APP = `
  import { TelnyxDevice, TelnyxError, causes, version } from "telnyx-device";
  const { host, port, sip } = Object.fromEntries(new URLSearchParams(location.search));
  const device = new TelnyxDevice({ host, port, wsServers: sip, username: "alice", password: "alice-pass", logLevel: "error" });
  const names = [TelnyxError === TelnyxDevice.TelnyxError, causes.BUSY, version === TelnyxDevice.version];
  const call = device.initiateCall("echo");
  call.on("mediaConnected", () => (window.outcome = names));
  call.on("failed", (response, cause) => (window.outcome = cause));
`;

const page = (script) => `<!doctype html><title>phone</title><script type="module" src="${script}"></script>`;

let project;
let browser;
before(async () => {
  if (skip) return;
  project = await makeProject();
  browser = await launchChromium();
  writeFileSync(join(project.folder, "app.js"), APP);
  writeFileSync(join(project.folder, "index.html"), page("/app.js"));
});
after(async () => {
  await browser?.close();
  project?.remove();
});

/** A folder of the project for what a tool makes, with a page that loads `script` from it. */
function output(name, script) {
  const folder = join(project.folder, name);
  mkdirSync(folder);
  if (script) writeFileSync(join(folder, "index.html"), page(script));
  return folder;
}

test("a static host", { skip }, async (t) => {
  const bare = page("./app.js").replace("<script", '<script type="importmap">{ "imports": { "telnyx-device": "./node_modules/telnyx-device/npm/index.js" } }</script><script');
  writeFileSync(join(project.folder, "static.html"), bare);
  const server = await startEmbedded({ www: project.folder });
  t.after(() => server.stop());
  await callsTheEcho(t, browser, { url: new URL("static.html", server.page) });
});

test("webpack", { skip }, async (t) => {
  const { default: webpack } = await import("webpack");
  const path = output("webpack", "main.js");
  const compiler = webpack({ mode: "production", context: project.folder, entry: "./app.js", output: { path } });
  const stats = await new Promise((resolve, reject) => compiler.run((error, stats) => (error ? reject(error) : resolve(stats))));
  assert.ok(!stats.hasErrors(), stats.toString("errors-only"));
  await callsTheEcho(t, browser, { www: path });
});

test("Vite", { skip }, async (t) => {
  const { build } = await tool("vite");
  await build({ root: project.folder, logLevel: "error", build: { outDir: output("vite") } });
  await callsTheEcho(t, browser, { www: join(project.folder, "vite") });
});

test("Vite, with the module as a file", { skip }, async (t) => {
  const entry = 'import { init, TelnyxDevice, TelnyxError, causes, version } from "telnyx-device/manual"; import wasm from "telnyx-device/wasm?url"; await init(wasm);';
  writeFileSync(join(project.folder, "manual.js"), APP.replace(/import .*/, entry));
  writeFileSync(join(project.folder, "manual.html"), page("/manual.js"));
  const { build } = await tool("vite");
  const outDir = output("vite-manual");
  const rollupOptions = { input: { index: join(project.folder, "manual.html") } };
  await build({ root: project.folder, logLevel: "error", build: { outDir, rollupOptions } });
  const server = await startEmbedded({ www: outDir });
  t.after(() => server.stop());
  await callsTheEcho(t, browser, { url: new URL("manual.html", server.page) });
});

test("Vite's server for development", { skip }, async (t) => {
  const { createServer } = await tool("vite");
  const server = await createServer({ root: project.folder, logLevel: "error", server: { host: "localhost", port: 0 } });
  await server.listen();
  t.after(() => server.close());
  await callsTheEcho(t, browser, { url: server.resolvedUrls.local[0] });
});

test("Rollup", { skip }, async (t) => {
  const { rollup } = await tool("rollup");
  const { nodeResolve } = await tool("@rollup/plugin-node-resolve");
  const bundle = await rollup({ input: join(project.folder, "app.js"), plugins: [nodeResolve({ browser: true })] });
  const dir = output("rollup", "app.js");
  await bundle.write({ dir });
  await callsTheEcho(t, browser, { www: dir });
});

for (const format of ["esm", "iife"]) {
  test(`esbuild, ${format}`, { skip }, async (t) => {
    const { build } = await tool("esbuild");
    const outdir = output(`esbuild-${format}`, "app.js");
    await build({ entryPoints: [join(project.folder, "app.js")], bundle: true, minify: true, format, outdir, logLevel: "error" });
    await callsTheEcho(t, browser, { www: outdir });
  });
}

test("Parcel", { skip }, async (t) => {
  const dist = output("parcel");
  const args = ["build", "index.html", "--dist-dir", dist, "--public-url", "./", "--no-cache", "--log-level", "error"];
  await runTool(toolFile("parcel", "lib/bin.js"), args, { cwd: project.folder });
  await callsTheEcho(t, browser, { www: dist });
});
