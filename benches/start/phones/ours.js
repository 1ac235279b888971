import { initSync, placesIn } from "../../door/pkg/door.js";

// All of it is there, as in a phone.
export * from "../../door/pkg/door.js";
export const compile = (bytes) => new WebAssembly.Module(bytes);
export const instantiate = (module) => initSync({ module });
export const parse = placesIn;
