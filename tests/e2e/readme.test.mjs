// The example in the README, as a reader would try it.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "../../scripts/lib/places.mjs";
import { launchChromium } from "./lib/chromium.mjs";
import { startEmbedded } from "./lib/embedded.mjs";
import { Softphone } from "./lib/softphone.mjs";
import { World } from "./lib/world.mjs";

const folder = mkdtempSync(join(tmpdir(), "readme-"));
let world, server, browser;
before(async () => {
  [world, server, browser] = await Promise.all([World.start(), startEmbedded({ www: folder }), launchChromium()]);
  const [, example] = readFileSync(join(root, "README.md"), "utf8").match(/```html\n([^]*?)```/);
  writeFileSync(join(folder, "index.html"), `<main></main>${example.replaceAll("8080", server.port)}`);
  for (const part of ["npm", "pkg"]) symlinkSync(join(root, part), join(folder, part));
});
after(async () => {
  await Promise.all([world?.close(), server?.stop(), browser?.close()]);
  rmSync(folder, { recursive: true });
});

test("the example of the README calls, and is called", async (t) => {
  const alice = new Softphone(await browser.open(server.page), "alice");
  t.after(() => alice.close());
  await alice.hears(alice.sounds);
  const bob = await world.signIn(t, "bob", { server });
  await bob.dial("alice");
  await bob.talks();
  await bob.hears(alice.sounds);
});
