// `telnyx-device/inline`: the WebAssembly is part of the JavaScript, for tools that know no files beside it, and there is no
// top-level await, for tools that do not know that.
import { initSync } from "../pkg/telnyx_device.js";
import { wasm } from "../pkg/inlined.js";

// Where a server renders the page, nothing is loaded.
if (typeof document !== "undefined") initSync({ module: wasm() });

export * from "./names.js";
