import * as all from "sip.js";

// All of it is there, as in a phone: a bundler leaves nothing out.
export * from "sip.js";
const silent = { warn() {}, error() {} };
export const parse = (text) => all.Core.Parser.parseMessage(text, silent);
