// `telnyx-device`: ready when the import resolves. The WebAssembly is a file of its own beside the JavaScript, which
// browsers and webpack find by `new URL(…, import.meta.url)`.
import init from "../pkg/telnyx_device.js";

// Where a server renders the page, nothing is loaded.
if (typeof document !== "undefined") await init();

export * from "./names.js";
