// The examples of the documentation as files, so that TypeScript can read each of them against the package's types.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/places.mjs";

/** The reference has signatures, not examples. */
const GENERATED = "docs/API.md";

const FENCE = /^```(\w+)\n([^]*?)^```$/gm;
const MODULE = /<script type="module">\n([^]*?)<\/script>/;

/** What each example may take for granted is declared in `given.d.ts`. */
const GIVEN = join(root, "tests", "types", "snippets", "given.d.ts");

const CONFIG = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    lib: ["es2022", "dom", "dom.iterable", "esnext.disposable"],
    types: [],
    strict: true,
    // An example in JavaScript says nothing of its parameters.
    noImplicitAny: false,
    allowJs: true,
    checkJs: true,
    noEmit: true,
  },
  include: ["**/*"],
};

/** Writes them into target/, whose package is this one, and gives the folder. */
export function writeSnippets() {
  const folder = join(root, "target", "snippets");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(GIVEN, join(folder, "given.d.ts"));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(CONFIG));
  for (const page of pages()) {
    for (const { line, language, code } of examplesIn(readFileSync(join(root, page), "utf8"))) {
      // On the lines that it has in its page, which are those that TypeScript names.
      const module = `${"\n".repeat(line)}${code.replaceAll('"./npm/index.js"', '"telnyx-device"')}export {};\n`;
      writeFileSync(join(folder, `${page.replaceAll("/", "_")}.${line}.${language}`), module);
    }
  }
  return folder;
}

/** The pages for people who use the package. */
function pages() {
  const docs = readdirSync(join(root, "docs"), { recursive: true }).map((name) => `docs/${name.replaceAll("\\", "/")}`);
  return ["README.md", "loopback/README.md", ...docs.filter((name) => name.endsWith(".md") && name !== GENERATED)];
}

/** Each example in JavaScript or TypeScript, and how many lines are before it. */
export function examplesIn(page) {
  const examples = [];
  for (const { 1: language, 2: text, index } of page.matchAll(FENCE)) {
    const script = language === "html" ? text.match(MODULE) : undefined;
    const code = script?.[1] ?? (["js", "ts"].includes(language) ? text : undefined);
    if (code === undefined) continue;
    const line = page.slice(0, page.indexOf(code, index)).split("\n").length - 1;
    examples.push({ line, language: language === "ts" ? "ts" : "js", code });
  }
  return examples;
}
