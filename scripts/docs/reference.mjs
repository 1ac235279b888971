// The reference of the JavaScript API, as Markdown, by TypeDoc from pkg/telnyx_device.d.ts.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../lib/places.mjs";
import { Stop } from "../lib/process.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

/** What wasm-bindgen exports for the entries in npm/ alone. */
const INTERNAL = ["InitInput", "InitOutput", "SyncInitInput", "initSync", "default"];

/** These say the same thing twice, the second time without comments: what `CallEvents` has, in order. */
const SAID_BEFORE = /^CallArguments\./;

/** A row for a field of an object, where there is no more to say than the row above it does. */
const SAID_IN_ITS_TYPE = /^\| `\w+\??(?:\.\w+\??)+` \|.*\| - \|\n/gm;

const OPTIONS = {
  plugin: ["typedoc-plugin-markdown"],
  entryPoints: [join(root, "pkg", "telnyx_device.d.ts")],
  tsconfig: join(here, "tsconfig.json"),
  readme: "none",
  name: "API",
  disableSources: true,
  disableGit: true,
  excludePrivate: true,
  excludeExternals: true,
  logLevel: "Warn",
  sort: ["source-order"],
  kindSortOrder: ["Class", "Interface", "TypeAlias"],
  outputFileStrategy: "modules",
  entryFileName: "API.md",
  hideBreadcrumbs: true,
  hidePageHeader: true,
  hidePageTitle: true,
  expandObjects: true,
  expandParameters: true,
  useCodeBlocks: true,
  parametersFormat: "none",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  typeDeclarationFormat: "table",
  propertyMembersFormat: "table",
  tableColumnSettings: { hideModifiers: true, hideInherited: true, hideOverrides: true },
};

/** Whether what it takes is installed. */
export const canRefer = () => existsSync(join(here, "node_modules", "typedoc"));

/** The reference. Fails where something that is exported, or a member of it, says nothing of itself. */
export async function reference() {
  const typedoc = await import("typedoc");
  const app = await typedoc.Application.bootstrapWithPlugins(OPTIONS);
  app.renderer.defineTheme("brief", await briefTheme());
  app.options.setValue("theme", "brief");
  app.converter.on(typedoc.Converter.EVENT_RESOLVE_BEGIN, ({ project }) => leaveOut(project, typedoc.ReflectionKind));
  const project = await app.convert();
  if (!project) throw new Stop("TypeDoc cannot read pkg/telnyx_device.d.ts.");
  const silent = silentIn(project, typedoc.ReflectionKind);
  if (silent.length > 0) throw new Stop(`These have no comment in src/facade: ${silent.join(", ")}.`);
  const folder = mkdtempSync(join(tmpdir(), "reference-"));
  try {
    await app.outputs.writeOutput({ name: "markdown", path: folder }, project);
    const written = readFileSync(join(folder, "API.md"), "utf8").replace(SAID_IN_ITS_TYPE, "").trim();
    return `${readFileSync(join(here, "head.md"), "utf8")}\n${written}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Methods in a line and a sentence: their parameters say by their types what they are. */
async function briefTheme() {
  const { MarkdownTheme, MarkdownThemeContext } = await import("typedoc-plugin-markdown");
  const nothing = () => "";
  return class extends MarkdownTheme {
    getRenderContext(page) {
      const context = new MarkdownThemeContext(this, page, this.application.options);
      Object.assign(context.partials, { signatureReturns: nothing, inheritance: nothing });
      return context;
    }
  };
}

/** Takes out what is nobody's business, the methods of an EventTarget where they are inherited, and what `using` calls. */
function leaveOut(project, Kind) {
  const isLeftOut = ({ name, inheritedFrom }) => inheritedFrom || name === "[dispose]";
  const methods = project.getReflectionsByKind(Kind.Method).filter(isLeftOut);
  const internal = project.children.filter(({ name }) => INTERNAL.includes(name));
  for (const reflection of [...methods, ...internal]) project.removeReflection(reflection);
}

/** The names of what is exported, or a member of it, and has no comment. */
function silentIn(project, Kind) {
  const exported = project.getReflectionsByKind(Kind.SomeType | Kind.ClassMember | Kind.SomeExport);
  const isMember = (reflection) => !reflection.kindOf(Kind.TypeLiteral | Kind.TypeParameter) && !reflection.parent?.kindOf(Kind.TypeLiteral);
  const speaks = (reflection) => reflection.hasComment() || reflection.signatures?.every((signature) => signature.hasComment());
  const names = exported.filter((reflection) => isMember(reflection) && !speaks(reflection)).map((it) => it.getFullName());
  return names.filter((name) => !SAID_BEFORE.test(name));
}
