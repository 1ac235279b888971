// The example in the README, as a reader would try it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "../../scripts/lib/places.mjs";
import { startReader } from "./lib/reader.mjs";
import { Softphone } from "./lib/softphone.mjs";
import { World } from "./lib/world.mjs";

let world, reader;
before(async () => {
  [world, reader] = await Promise.all([World.start(), startReader()]);
});
after(() => Promise.all([world?.close(), reader?.close()]));

test("the example of the README calls, and is called", async (t) => {
  const { server } = reader;
  const [, example] = readFileSync(join(root, "README.md"), "utf8").match(/```html\n([^]*?)```/);
  const alice = new Softphone(await reader.open("index.html", example.replaceAll("8080", server.port)), "alice");
  t.after(() => alice.close());
  await alice.hears(alice.sounds);
  const bob = await world.signIn(t, "bob", { server });
  await bob.dial("alice");
  await bob.talks();
  await bob.hears(alice.sounds);
});
