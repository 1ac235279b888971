import { parseMessage } from "jssip/lib/Parser.js";

// All of it is there, as in a phone.
export * as all from "jssip";
export const parse = (text) => parseMessage(text, { configuration: {} });
