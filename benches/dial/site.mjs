// What the browser loads: one page per phone, and the modules that it is made of.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import webpack from "webpack";
import { root } from "../../scripts/lib/places.mjs";

/** Where the packages of other phones are installed. */
export const PACKAGES = fileURLToPath(new URL(".", import.meta.url));
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

/** Where the module of a phone is served: others are bundled, ours is loaded as it is. */
export const moduleOf = (phone) => `/${phone === "ours" ? "phones" : "dist"}/${phone}.js`;

/** Bundles these phones of `phones/` in a folder into its `dist/`. */
export function bundle(folder, peers) {
  const compiler = webpack({
    mode: "production",
    context: folder,
    entry: Object.fromEntries(peers.map((name) => [name, `./phones/${name}.js`])),
    resolve: { modules: [join(PACKAGES, "node_modules")] },
    output: { path: join(folder, "dist"), filename: "[name].js", library: { type: "module" }, clean: true },
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

/** Serves `/?phone=NAME`, which is `page(phone)`, on a free port, and the phones of a folder; gives `{url(phone), stop()}`. */
export async function serve(folder, page) {
  const folders = { pkg: join(root, "pkg"), phones: join(folder, "phones"), dist: join(folder, "dist") };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const [, top, ...rest] = normalize(pathname).split("/");
    if (top === "") return response.setHeader("Content-Type", "text/html").end(page(searchParams.get("phone")));
    try {
      const file = join(folders[top] ?? "", ...rest);
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
