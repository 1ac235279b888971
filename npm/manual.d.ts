/**
 * Loads the WebAssembly, once, before anything else is used.
 *
 * @param source Its URL, a response, or its bytes; without it, the file beside the JavaScript.
 */
export declare function init(source?: string | URL | Request | Response | Promise<Response> | BufferSource): Promise<void>;

export * from "./names.js";
