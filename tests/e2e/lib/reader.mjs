// Somebody who tries what the documentation says: pages of their own, beside the package, from the embedded server.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../scripts/lib/places.mjs";
import { launchChromium } from "./chromium.mjs";
import { startEmbedded } from "./embedded.mjs";

/** Starts the server and a browser; gives `{server, open(name, html), close()}`, where `html` may be a function of the server. */
export async function startReader() {
  const folder = mkdtempSync(join(tmpdir(), "reader-"));
  for (const part of ["npm", "pkg"]) symlinkSync(join(root, part), join(folder, part));
  const [server, browser] = await Promise.all([startEmbedded({ www: folder }), launchChromium()]);
  return {
    server,
    open(name, html) {
      writeFileSync(join(folder, name), `<!doctype html><main></main>${html}`);
      return browser.open(new URL(name, server.page).href);
    },
    async close() {
      await Promise.all([server.stop(), browser.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}
