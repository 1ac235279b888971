// Takes the pictures of the demo page that README.md shows, into docs/pictures/: `npm run pictures`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/places.mjs";
import { Stop, main } from "./lib/process.mjs";
import { setUp } from "./setup.mjs";
import { endToEnd } from "./test/suites.mjs";

await main(async () => {
  await setUp();
  const folder = join(root, "docs", "pictures");
  mkdirSync(folder, { recursive: true });
  const { failed } = await endToEnd(["tests/e2e/appearance.test.mjs"], { PICTURES: folder });
  if (failed > 0) throw new Stop("The page does not look as it should.");
});
