// Small assertions: what they throw, the Rust test reports.

const shown = (value) => {
  try {
    return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  } catch {
    return String(value);
  }
};

export function ok(value, what) {
  if (!value) throw new Error(`not so: ${what}`);
}

export function equal(actual, expected, what = "value") {
  const same = typeof expected === "object" && expected !== null && !(expected instanceof Node)
    ? JSON.stringify(actual) === JSON.stringify(expected)
    : Object.is(actual, expected);
  if (!same) throw new Error(`${what}: expected ${shown(expected)}, got ${shown(actual)}`);
}

export function same(actual, expected, what) {
  if (actual !== expected) throw new Error(`not the same object: ${what}`);
}

/** The error that `work` throws, or with which its promise is rejected. */
export async function failing(work) {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing failed");
}

/** `wrong` has arguments, by method, of which each must be a `TypeError` at once that names the method. */
export function refusesAtOnce(object, wrong) {
  for (const [method, calls] of Object.entries(wrong)) {
    for (const args of calls) {
      let error;
      try {
        object[method](...args);
      } catch (thrown) {
        error = thrown;
      }
      ok(error instanceof TypeError, `${method}(${JSON.stringify(args)}) throws a TypeError, not ${error}`);
      ok(error.message.startsWith(`${method}: `), error.message);
    }
  }
}

/** Runs `work` while the page's `type` events, such as errors, are collected and kept from the test's own report. */
export async function collecting(type, work) {
  const events = [];
  const collect = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    events.push(event);
  };
  globalThis.addEventListener(type, collect, true);
  try {
    await work();
    await turn();
  } finally {
    globalThis.removeEventListener(type, collect, true);
  }
  return events;
}

/** Lets everything that waits in the event loop have its turn. */
export const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Runs `work` with a property of `object` replaced. */
export async function replacing(object, name, value, work) {
  const own = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
  try {
    return await work();
  } finally {
    if (own) Object.defineProperty(object, name, own);
    else delete object[name];
  }
}

/** Runs `work` and gives what it wrote to the console. */
export async function written(work) {
  const lines = [];
  const methods = ["debug", "log", "info", "warn", "error"].map((name) => [name, console[name]]);
  for (const [name] of methods) console[name] = (...parts) => lines.push(`${name}: ${parts.join(" ")}`);
  try {
    await work();
  } finally {
    for (const [name, method] of methods) console[name] = method;
  }
  return lines;
}
