// `telnyx-device/manual`: for whoever loads the WebAssembly at a time of their own, or from elsewhere.
import load from "../pkg/telnyx_device.js";

/** Loads the WebAssembly, from this URL, response, or bytes; without one, from beside the JavaScript. */
export async function init(source) {
  await load(source === undefined ? undefined : { module_or_path: source });
}

export * from "./names.js";
