// Each link of the documentation to another page of it, or to a file or heading, leads there.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { root } from "../../scripts/lib/places.mjs";

const FOLDERS = ["", "docs", "docs/guides", "loopback", "examples"];
const pages = FOLDERS.filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
  .filter((name) => name.endsWith(".md"));

const read = (page) => readFileSync(join(root, page), "utf8").replace(/^```[^]*?^```$/gm, "");

/** The anchors that a forge gives the headings of a page, and those that stand there. */
function anchorsOf(page) {
  const text = read(page);
  const headings = [...text.matchAll(/^#+ +(.+)$/gm)].map(([, heading]) => heading);
  const slug = (heading) => heading.toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-");
  return new Set([...headings.map(slug), ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id)]);
}

for (const page of pages) {
  test(`the links of ${page}`, () => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter((link) => !/^[a-z]+:/.test(link));
    for (const link of links) {
      const [path, anchor] = link.split("#");
      const target = path ? normalize(join(dirname(page), path)) : page;
      assert.ok(existsSync(join(root, target)), link);
      if (anchor && statSync(join(root, target)).isFile()) assert.ok(anchorsOf(target).has(anchor), link);
    }
  });
}
