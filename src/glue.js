// The few things that only JavaScript can say: a subclass of Error, an EventTarget that speaks for another object, and
// locks. They are in one file: the server of wasm-bindgen's test runner starves a page that asks for more than four at once.

/** The old package's events were named with it. */
const PREFIX = "telnyx.sipjs.";

/** The listeners of every device and call, for as long as the device or call is there. */
const emitters = new WeakMap();

/** The arguments of an event, for listeners given to `on`. */
const payload = Symbol("payload");

/** Whether an event has come to any listener. */
const heard = Symbol("heard");

const named = (type) => (`${type}`.startsWith(PREFIX) ? `${type}`.slice(PREFIX.length) : `${type}`);

class Emitter extends EventTarget {
  #owner;
  #wrappers = new WeakMap();
  #entries = new Map();

  constructor(owner) {
    super();
    this.#owner = owner;
  }

  // `this` in a listener is the owner, so every listener has one wrapper, which also serves to remove it.
  #wrap(listener) {
    const isFunction = typeof listener === "function";
    if (!isFunction && (typeof listener !== "object" || listener === null)) return listener;
    let wrapper = this.#wrappers.get(listener);
    if (!wrapper) {
      wrapper = (event) => {
        event[heard] = true;
        return isFunction ? listener.call(this.#owner, event) : listener.handleEvent(event);
      };
      this.#wrappers.set(listener, wrapper);
    }
    return wrapper;
  }

  addEventListener(type, listener, options) {
    super.addEventListener(type, this.#wrap(listener), options);
  }

  removeEventListener(type, listener, options) {
    super.removeEventListener(type, this.#wrap(listener), options);
  }

  dispatchEvent(event) {
    for (const name of ["target", "currentTarget", "srcElement"]) {
      Object.defineProperty(event, name, { value: this.#owner, configurable: true });
    }
    return super.dispatchEvent(event);
  }

  on(type, listener, once) {
    if (typeof listener !== "function") throw new TypeError(`The listener of '${type}' must be a function`);
    const name = named(type);
    const entry = { listener };
    entry.wrapper = (event) => {
      event[heard] = true;
      if (once) this.#remove(name, (other) => other === entry);
      listener.apply(this.#owner, event[payload] ?? [event.detail]);
    };
    this.#entries.set(name, [...(this.#entries.get(name) ?? []), entry]);
    super.addEventListener(name, entry.wrapper);
  }

  off(type, listener) {
    this.#remove(named(type), (entry) => listener === undefined || entry.listener === listener);
  }

  #remove(name, isMeant) {
    const entries = this.#entries.get(name) ?? [];
    for (const { wrapper } of entries.filter(isMeant)) super.removeEventListener(name, wrapper);
    this.#entries.set(name, entries.filter((entry) => !isMeant(entry)));
  }
}

/** The listeners of a device or call. */
export function emitter(owner) {
  if (!emitters.has(owner)) emitters.set(owner, new Emitter(owner));
  return emitters.get(owner);
}

/** Tells the listeners, and whether there were any. `args` are the arguments of those given to `on`. */
export function emit(owner, type, detail, args) {
  const listeners = emitters.get(owner);
  if (!listeners) return false;
  const event = new CustomEvent(type, { detail });
  event[payload] = args;
  listeners.dispatchEvent(event);
  return heard in event;
}

/** What a promise of a device or call is rejected with. */
export class TelnyxError extends Error {
  constructor(code, message, sipCause = null, response = null, cause) {
    super(message, cause && { cause });
    Object.assign(this, { code, sipCause, response });
  }
}
TelnyxError.prototype.name = "TelnyxError";

/** Whoever ignores a promise of ours wants the events: no `unhandledrejection`. */
export function ignorable(promise) {
  promise.catch(() => {});
  return promise;
}

// Which device this is: an id that outlives a reload of the page and is nobody else's (RFC 5626 §4.1).
//
// It is kept in sessionStorage, which is the tab's, and owned under a Web Lock, because a duplicated tab gets a copy of
// it. Several devices of one page count up. With it go the calls that the next page is to bring back.

const INSTANCE = "telnyx-device.instance";
const CALLS = "telnyx-device.calls";

/**
 * Milliseconds to wait for a lock: a reloaded page may be there before the old one is quite gone. Where calls are at
 * stake it has longer: who takes itself for a duplicated tab forgets them.
 */
const PATIENCE = 300;
const PATIENCE_FOR_CALLS = 4000;

/** The ids of this page's devices. */
const owned = new Set();

const isUuid = (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** Holds the lock of an id, and gives what releases it. Rejects where another tab holds it, or locks are forbidden. */
function hold(id) {
  return new Promise((resolve, reject) => {
    const abort = new AbortController();
    const impatience = setTimeout(() => abort.abort(), kept(id) ? PATIENCE_FOR_CALLS : PATIENCE);
    const held = () => {
      clearTimeout(impatience);
      return new Promise((release) => resolve(release));
    };
    navigator.locks
      .request(`${INSTANCE} ${id}`, { signal: abort.signal }, held)
      .catch(reject);
  });
}

/** Owns the id, unless another tab does. */
async function own(id) {
  owned.add(id);
  const release = await hold(id).catch(() => undefined);
  if (!release) owned.delete(id);
  return release && { id, release: () => (owned.delete(id), release()), kept: () => kept(id), keep: (text) => keep(id, text) };
}

/** What `keep` was told last, by this page or the one before. */
const kept = (id) => sessionStorage.getItem(`${CALLS} ${id}`) ?? "";

/** Keeps this text, or nothing where it is empty. What there is no room for is not kept, nor what it was to replace. */
function keep(id, text) {
  const key = `${CALLS} ${id}`;
  try {
    if (text) return sessionStorage.setItem(key, text);
  } catch {
    // As if there were none.
  }
  sessionStorage.removeItem(key);
}

function mint(storage, key) {
  const id = crypto.randomUUID();
  storage.setItem(key, id);
  return id;
}

/** The id of the next device of this name. Throws where storage or locks are missing or forbidden. */
export async function claim(name) {
  for (let index = 0; ; index += 1) {
    const key = `${INSTANCE} ${name} ${index}`;
    const stored = sessionStorage.getItem(key);
    if (owned.has(stored)) continue;
    const claimed = await own(isUuid(stored) ? stored : mint(sessionStorage, key));
    // A duplicated tab: the other one has it, and its calls.
    if (!claimed) keep(stored, "");
    const instead = claimed ?? (await own(mint(sessionStorage, key)));
    if (!instead) throw new Error("no lock is to be had");
    return instead;
  }
}

// Several tabs with one registration: a channel between them, and a lock that the leading one holds. Each holds a lock of
// its own as well, so that the browser says when it is gone, however that came about.

const TABS = "telnyx-device.tabs";

/** The id of the one device that all tabs are; undefined where nothing can be stored. */
function sharedInstance(name) {
  try {
    const key = `${INSTANCE} ${name}`;
    const stored = localStorage.getItem(key);
    return isUuid(stored) ? stored : mint(localStorage, key);
  } catch {
    return undefined;
  }
}

/** A tab that takes part until it leaves. `news` gets `("elected", instance)`, `("gone", tab)` and `("heard", bytes)`. */
export class Tab {
  #name;
  #news;
  #channel;
  #leaving = new AbortController();
  /** What is to be said once others can see whether we are there. */
  #unsaid = [];

  constructor(name, tab, news) {
    this.#name = `${TABS} ${name}`;
    this.#news = news;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => data instanceof Uint8Array && news("heard", data);
    this.#take(name, tab);
  }

  async #take(name, tab) {
    try {
      await this.#hold(this.#lockOf(tab));
      for (const letter of this.#unsaid.splice(0)) this.#channel.postMessage(letter);
      this.#unsaid = undefined;
      await this.#hold(this.#name);
    } catch {
      // Locks are forbidden: this tab is on its own. Where it has left, nobody minds.
    }
    if (!this.#leaving.signal.aborted) this.#news("elected", sharedInstance(name));
  }

  #lockOf(tab) {
    return `${this.#name} ${tab}`;
  }

  /** Holds a lock from when it is to be had until this tab leaves. */
  #hold(lock) {
    const { signal } = this.#leaving;
    return new Promise((resolve, reject) => {
      const held = () => (resolve(), new Promise((left) => signal.addEventListener("abort", left)));
      navigator.locks.request(lock, { signal }, held).catch(reject);
    });
  }

  post(letter) {
    if (this.#unsaid) this.#unsaid.push(letter);
    else this.#channel.postMessage(letter);
  }

  watch(tab) {
    const gone = () => this.#leaving.signal.aborted || this.#news("gone", tab);
    navigator.locks.request(this.#lockOf(tab), { signal: this.#leaving.signal }, gone).catch(() => {});
  }

  leave() {
    this.#leaving.abort();
    this.#channel.close();
  }
}
