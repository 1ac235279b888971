// The JavaScript beside the module, for downloads: without comments, and with short names for what the two have in common.
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { exportSection, exportsOf, ids, importSection, importsOf, moduleOf, sectionsOf } from "../lib/wasm.mjs";

/** What others may look for in a module. */
const KEPT = "memory";

/** Makes the script small, and gives what it and the module import and export of each other short names in both. */
export async function minifyPair(script, wasm) {
  const sections = sectionsOf(readFileSync(wasm));
  const [imports, exports] = [importsOf(sections), exportsOf(sections)];
  const shared = new Set([...imports.flatMap(({ module, field }) => [module, field]), ...exports.map(({ name }) => name)]);
  shared.delete(KEPT);
  const nameCache = {};
  const regex = new RegExp(`^(?:${[...shared].map(escaped).join("|")})$`);
  await minify(script, { mangle: { properties: { regex } }, nameCache });
  const short = (name) => nameCache.props.props[`$${name}`] ?? name;
  const renamed = {
    [ids.imports]: () => importSection(imports.map((it) => ({ ...it, module: short(it.module), field: short(it.field) }))),
    [ids.exports]: () => exportSection(exports.map((it) => ({ ...it, name: short(it.name) }))),
  };
  writeFileSync(wasm, moduleOf(sections.map((it) => ({ ...it, content: renamed[it.id]?.() ?? it.content }))));
}

/** Makes a module of JavaScript small, with a source map beside it. */
export async function minify(script, options = {}) {
  const name = basename(script);
  // Not before the set-up has installed it.
  const { minify: terser } = await import("terser");
  const { code, map } = await terser({ [name]: readFileSync(script, "utf8") }, {
    module: true,
    // Errors and objects say in consoles what they are.
    keep_classnames: true,
    compress: { passes: 2 },
    sourceMap: { filename: name, url: `${name}.map`, includeSources: true },
    ...options,
  });
  writeFileSync(script, `${code}\n`);
  writeFileSync(`${script}.map`, map);
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
