// `npx -p telnyx-device telnyx-device-loopback`, as somebody has it who has installed the package: without Rust, called by real browsers.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "../../scripts/lib/places.mjs";
import { chromium } from "../../scripts/setup/debian.mjs";
import { launchChromium } from "../e2e/lib/chromium.mjs";
import { lacksFirefox, launchFirefox } from "../e2e/lib/firefox.mjs";
import { startProgram } from "../e2e/lib/processes.mjs";
import { Softphone } from "../e2e/lib/softphone.mjs";
import { makeProject } from "../packaging/lib/project.mjs";

const TONE = { from: 420, to: 460 };
const command = ["--offline", "-p", "telnyx-device", "telnyx-device-loopback"];

let project;
before(async () => {
  project = await makeProject();
  cpSync(join(root, "examples", "testing", "app"), join(project.folder, "app"), { recursive: true });
});
const opened = [];
after(async () => {
  for (const browser of opened) await browser.close();
  project?.remove();
});

async function start(t, ...args) {
  const prefix = "listening ";
  const isReady = (line) => (line.startsWith(prefix) ? JSON.parse(line.slice(prefix.length)) : undefined);
  const options = ["--port", "0", "--www", project.folder, "--loopback-media", "--control", ...args];
  const program = await startProgram("npx", [...command, ...options], { cwd: project.folder, isReady });
  t.after(() => program.stop());
  return program.ready;
}

async function order({ page }, fault, details = {}) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(new URL(`control/${fault}`, page), { method: "POST", headers, body: JSON.stringify(details) });
  assert.equal(response.status, 200, await response.text());
}

/** A softphone of this user, registered. */
async function signIn(t, browser, server, user) {
  const settings = new URLSearchParams({ server: server.sip, user, password: `${user}-pass` });
  const phone = new Softphone(await browser.open(`${server.page}app/index.html?${settings}`), user);
  t.after(() => phone.close());
  await shows(phone, "connection", "ready");
  return phone;
}

const shows = (phone, id, text) =>
  phone.sees(`${id} to show ${text}`, ([id, text]) => document.getElementById(id)?.textContent === text, [id, text]);

async function dial(phone, number) {
  await phone.tab.evaluate((number) => {
    document.getElementById("number").value = number;
    document.getElementById("dial").click();
  }, number);
}

const hangUp = (phone) => phone.tab.evaluate(() => document.getElementById("hang-up").click());

const browsers = [
  { name: "Chromium", launch: launchChromium, skip: chromium() ? false : "without Chromium" },
  { name: "Firefox", launch: launchFirefox, skip: lacksFirefox },
];
for (const { name, launch, skip } of browsers) {
  test(`${name} hears the robots, also after its connection was broken`, { skip }, async (t) => {
    const server = await start(t);
    const browser = await launch();
    opened.push(browser);
    const alice = await signIn(t, browser, server, "alice");
    await dial(alice, "tone");
    await alice.hears(TONE);
    await hangUp(alice);
    await shows(alice, "call", "ended: hung up");

    await dial(alice, "echo");
    await alice.hears(alice.sounds);
    await order(server, "handshakes", { fault: "refuse" });
    await order(server, "reset", { user: "alice" });
    await shows(alice, "connection", "lost");
    await shows(alice, "connection", "ready");
    await alice.hears(alice.sounds);
    await hangUp(alice);
    await shows(alice, "call", "ended: hung up");
  });
}

test("wrong options are told, with the exit code of the program in Rust", () => {
  const program = join(project.folder, "node_modules", "telnyx-device", "npm", "loopback", "main.js");
  for (const [args, status, told] of [
    [["--prot", "1"], 2, /prot/],
    [["--accounts", "none.toml"], 1, /none\.toml/],
    [["--host", "0.0.0.0", "--port", "0", "--control"], 1, /on loopback only/],
    [["--help"], 0, /^$/],
  ]) {
    const done = spawnSync(process.execPath, [program, ...args], { cwd: project.folder, encoding: "utf8" });
    assert.equal(done.status, status, done.stderr);
    assert.match(done.stderr, told);
  }
});
