// The examples, as somebody gets them who copies the folder and installs the package: built, and used by two people.
import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "../../scripts/lib/places.mjs";
import { launchChromium } from "../e2e/lib/chromium.mjs";
import { startEmbedded } from "../e2e/lib/embedded.mjs";
import { Person } from "./lib/person.mjs";
import { makeProject } from "./lib/project.mjs";
import { lacking as skip, runScript, tool, workbench } from "./lib/tools.mjs";

/** What never comes is not waited for without end. */
const limits = { skip, timeout: 300_000 };

const packageOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

let browser;
before(async () => {
  if (!skip) browser = await launchChromium();
});
after(() => browser?.close());

/** A copy of an example in which the package is installed as npm packs it. */
async function copyOf(t, name) {
  const project = await makeProject({ within: workbench });
  t.after(() => project.remove());
  const left = ["node_modules", "dist", "package-lock.json"];
  cpSync(join(root, "examples", name), project.folder, { recursive: true, filter: (path) => !left.includes(basename(path)) });
  return project.folder;
}

/** A server with nobody connected, which also delivers a page, and numbers the sockets as they come. */
async function serve(t, www) {
  const server = await startEmbedded({ www, control: true });
  t.after(() => server.stop());
  const sockets = async () => (await (await fetch(new URL("control", server.page))).json()).sockets.map(({ id }) => id);
  return { ...server, sockets };
}

async function open(t, url, colorScheme) {
  const tab = await browser.open(url, { colorScheme });
  t.after(() => tab.close());
  return new Person(tab);
}

/** Two people call each other, and a robot. */
async function story(t, server, url) {
  const alice = await open(t, url, "light");
  await alice.signIn(server, "alice", "wrong");
  await alice.isTold("Authentication Error");
  await alice.press("Sign out");
  await alice.signIn(server, "alice");
  await alice.reads("Ready to call");

  await alice.dial("two words");
  await alice.isTold("target");
  await alice.dial("busy");
  await alice.isTold("The call with busy ended: Busy.");

  await alice.dial("echo");
  await alice.reads("Connected");
  await alice.hears();
  await alice.press("Mute");
  await alice.seesPressed("Mute", true);
  await alice.press("Mute");
  await alice.seesPressed("Mute", false);
  await alice.press("Hold");
  await alice.reads("On hold");
  await alice.press("Hold");
  await alice.reads("Connected");
  await alice.open("Keypad");
  for (const key of ["5", "#"]) await alice.press(key);
  await alice.reads("5#");
  assert.ok((await alice.devices()).length > 1, "the devices have names once the microphone is permitted");
  assert.deepEqual(await alice.faults(), []);
  await alice.press("Hang up");
  await alice.hasNoCall();
  assert.equal(await alice.focus(), "Name, number or SIP address");

  const bob = await open(t, url, "dark");
  await bob.signIn(server, "bob");
  await bob.reads("Ready to call");
  await bob.dial("alice");
  await alice.isTold("bob is calling");
  await alice.press("Decline");
  await bob.isTold("The call with alice ended: Rejected.");
  await bob.dial("alice");
  await alice.isTold("bob is calling");
  await alice.press("Accept");
  await Promise.all([alice, bob].map((person) => person.reads("Connected")));
  assert.equal(await alice.focus(), "Call with bob");
  await bob.hears();
  assert.deepEqual(await bob.faults(), []);
  await bob.press("Hang up");
  await alice.isTold("bob hung up.");

  // Whoever signs out leaves nothing behind.
  assert.equal((await server.sockets()).length, 2);
  for (const person of [alice, bob]) await person.press("Sign out");
  while ((await server.sockets()).length > 0);
  for (const person of [alice, bob]) while ((await person.phones()) > 0);
  for (const person of [alice, bob]) assert.deepEqual(await person.faults(), []);
}

test("the example for a page without any tool", limits, async (t) => {
  const server = await serve(t, await copyOf(t, "html"));
  await story(t, server, server.page);
});

for (const name of ["react", "vue"]) {
  test(`the example for ${name}`, limits, async (t) => {
    const folder = await copyOf(t, name);
    await t.test("type-checked and built", (t) => built(t, folder));
    await t.test("while it is developed: one phone, which goes and comes with its component", (t) => developed(t, folder));
  });
}

async function built(t, folder) {
  await runScript("build", folder);
  const server = await serve(t, join(folder, "dist"));
  await story(t, server, server.page);
}

async function developed(t, folder) {
  const { createServer } = await tool("vite");
  // What changes is told by whoever changes it: a watcher may take two changes in a row for one.
  const vite = await createServer({ root: folder, logLevel: "error", server: { host: "localhost", port: 0, watch: null } });
  await vite.listen();
  t.after(() => vite.close());
  const server = await serve(t, folder);
  const alice = await open(t, vite.resolvedUrls.local[0]);
  await alice.signIn(server, "alice");
  await alice.reads("Ready to call");
  await alice.dial("echo");
  await alice.reads("Connected");
  assert.deepEqual(await server.sockets(), [0]);
  assert.equal(await alice.phones(), 1);

  const [file] = ["Softphone.tsx", "Softphone.vue"].map((name) => join(folder, "src", name)).filter(existsSync);
  const change = (found, instead) => {
    writeFileSync(file, readFileSync(file, "utf8").replace(found, instead));
    vite.watcher.emit("change", file);
  };
  // In what is shown: the phone stays, and its call.
  change("Sign out", "Leave");
  await alice.reads("Leave");
  await alice.reads("Connected");
  assert.deepEqual(await server.sockets(), [0]);
  // In the script, for which Vue makes the component anew.
  change("Ready to call", "Back again");
  await alice.reads("Back again");
  while ((await alice.phones()) !== 1);
  await alice.press("Leave");
  while ((await server.sockets()).length > 0 || (await alice.phones()) > 0);
  assert.deepEqual(await alice.faults(), []);
}

test("the examples want the tools that they are tried with, and look alike", () => {
  const tools = packageOf(workbench).dependencies;
  for (const name of ["html", "react", "vue"]) {
    const { dependencies, devDependencies } = packageOf(join(root, "examples", name));
    const { "telnyx-device": ours, ...others } = { ...dependencies, ...devDependencies };
    assert.equal(ours, "file:../..");
    for (const [tool, range] of Object.entries(others)) assert.equal(range, tools[tool], `${tool} of ${name}`);
  }
  // Each is complete, so that it can be copied; what they share is the same.
  const styles = ["html/style.css", "react/src/style.css", "vue/src/style.css"].map((file) => readFileSync(join(root, "examples", file), "utf8"));
  assert.equal(new Set(styles).size, 1);
});
