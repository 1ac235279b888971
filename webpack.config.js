// Bundles the demo softphone of www/ into www/dist: a folder of static files that any web server can serve.
import { fileURLToPath } from "node:url";

const www = fileURLToPath(new URL("www/", import.meta.url));

export default {
  mode: "production",
  context: www,
  entry: { main: ["./index.html", "./icon.svg", "./styles/index.css", "./src/main.js"] },
  output: {
    path: `${www}dist`,
    filename: "[name].js",
    cssFilename: "[name].css",
    // The wasm module that pkg/telnyx_device.js names by `new URL(…, import.meta.url)`.
    assetModuleFilename: "[name][ext]",
    // "auto" finds the files beside main.js, so the folder may be served under any path.
    publicPath: "auto",
    module: true,
    clean: true,
  },
  experiments: { css: true, outputModule: true },
  module: { rules: [{ test: /\.(html|svg)$/, type: "asset/resource" }] },
  devtool: "source-map",
  stats: "errors-warnings",
  // The SDK itself is watched by its own size test; a warning here would only repeat it.
  performance: { hints: false },
};
