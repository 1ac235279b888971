// What the browser loads: one page per phone, and the modules that it is made of.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import webpack from "webpack";
import { root } from "../../scripts/lib/places.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

/** The phones that are bundled; ours is loaded as it is. */
const PEERS = ["sipjs", "jssip", "old"];

const page = (phone) => `<!doctype html><meta charset="utf-8"><title>${phone}</title><script type="module">
  import { measure } from "/phones/harness.js";
  const { register } = await import("/${phone === "ours" ? "phones" : "dist"}/${phone}.js");
  let dial;
  window.bench = {
    register: async (config) => { dial = await register(config); },
    measure: (target, options) => measure(() => dial(target), options),
  };
</script>`;

/** Bundles the peers from `node_modules` of this folder. */
export function bundle() {
  const compiler = webpack({
    mode: "production",
    context: here,
    entry: Object.fromEntries(PEERS.map((name) => [name, `./phones/${name}.js`])),
    output: { path: join(here, "dist"), filename: "[name].js", library: { type: "module" }, clean: true },
    experiments: { outputModule: true },
    performance: false,
  });
  return new Promise((resolve, reject) =>
    compiler.run((error, stats) => {
      if (error ?? stats.hasErrors()) reject(error ?? new Error(stats.toString("errors-only")));
      else compiler.close(resolve);
    }),
  );
}

/** Serves `/?phone=NAME` on a free port; gives `{url(phone), stop()}`. */
export async function serve() {
  const folders = { pkg: join(root, "pkg"), phones: join(here, "phones"), dist: join(here, "dist") };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const [, folder, ...rest] = normalize(pathname).split("/");
    if (folder === "") return response.setHeader("Content-Type", "text/html").end(page(searchParams.get("phone")));
    try {
      const file = join(folders[folder] ?? "", ...rest);
      const content = await readFile(file);
      response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream").end(content);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const stop = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  return { url: (phone) => `http://localhost:${server.address().port}/?phone=${phone}`, stop };
}
