// The server without its sockets, as WebAssembly: `turn` gives it one frame and takes those that follow from it. Both are a
// line of JSON with the bytes that it counts (loopback/src/node/frames.rs), read from standard input and written to standard output.
import { randomFillSync } from "node:crypto";
import { readFile } from "node:fs/promises";

const OK = 0;
const BAD_DESCRIPTOR = 8;
const [INPUT, OUTPUT, ERRORS] = [0, 1, 2];
const NEWLINE = 10;

/** Loads the module; gives `turn(head, bytes)`, whose frames are objects with `do` and their `bytes`. */
export async function load() {
  const files = { input: Buffer.alloc(0), output: [], errors: [] };
  let memory;
  const imports = { wasi_snapshot_preview1: system(files, () => memory.buffer) };
  const { instance } = await WebAssembly.instantiate(await readFile(new URL("built/server.wasm", import.meta.url)), imports);
  ({ memory } = instance.exports);
  return (head, bytes = Buffer.alloc(0)) => {
    files.input = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
    files.output = [];
    files.errors = [];
    let failed = true;
    try {
      failed = instance.exports.turn() !== 0;
    } finally {
      // A panic says why before it traps.
      if (failed) console.error(Buffer.concat(files.errors).toString());
    }
    if (failed) throw new Error(`The server does not understand ${JSON.stringify(head)}.`);
    return frames(Buffer.concat(files.output));
  };
}

function frames(output) {
  const found = [];
  for (let rest = output; rest.length > 0; ) {
    const end = rest.indexOf(NEWLINE);
    const { bytes: length, ...frame } = JSON.parse(rest.subarray(0, end));
    found.push({ ...frame, bytes: rest.subarray(end + 1, end + 1 + length) });
    rest = rest.subarray(end + 1 + length);
  }
  return found;
}

/** What the module needs of a system (WASI preview 1): the frames, a clock and random numbers. */
function system(files, buffer) {
  const view = () => new DataView(buffer());
  const pieces = (list, count) =>
    Array.from({ length: count }, (_, index) => {
      const at = list + 8 * index;
      return new Uint8Array(buffer(), view().getUint32(at, true), view().getUint32(at + 4, true));
    });
  return {
    fd_read(descriptor, list, count, result) {
      if (descriptor !== INPUT) return BAD_DESCRIPTOR;
      let read = 0;
      for (const piece of pieces(list, count)) {
        const part = files.input.subarray(0, piece.length);
        piece.set(part);
        files.input = files.input.subarray(part.length);
        read += part.length;
      }
      view().setUint32(result, read, true);
      return OK;
    },
    fd_write(descriptor, list, count, result) {
      const file = { [OUTPUT]: files.output, [ERRORS]: files.errors }[descriptor];
      if (!file) return BAD_DESCRIPTOR;
      const parts = pieces(list, count).map((piece) => Buffer.from(piece));
      file.push(...parts);
      view().setUint32(result, parts.reduce((sum, { length }) => sum + length, 0), true);
      return OK;
    },
    // Both clocks that Rust reads: the time of day when the program began, and what has passed since.
    clock_time_get(_clock, _precision, result) {
      const microseconds = Math.round((performance.timeOrigin + performance.now()) * 1000);
      view().setBigUint64(result, BigInt(microseconds) * 1000n, true);
      return OK;
    },
    random_get(at, length) {
      randomFillSync(new Uint8Array(buffer(), at, length));
      return OK;
    },
    // There is no environment.
    environ_sizes_get(count, size) {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return OK;
    },
    environ_get: () => OK,
    proc_exit(code) {
      throw new Error(`The server has given up (${code}).`);
    },
  };
}
