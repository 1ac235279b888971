// What a page holds of the browser: runs in the page, before its own scripts.

/**
 * Gives the page `ledger.count()`: how many there are now, by name, of what has to be let go by whoever took it;
 * `ledger.uncollected()`: how many peer connections the garbage collector has not taken, closed or not; and
 * `ledger.pause(milliseconds)`, which is not counted. Names whose count is 0 are left out. Counted are
 *
 * - `live tracks`: of getUserMedia and `clone()`, not ended;
 * - `peer connections`, `WebSockets`, `AudioContexts`: not closed;
 * - `media elements`: in the document, or with a source;
 * - `timers`: timeouts that have not fired, and intervals;
 * - `locks`: held or asked for;
 * - `listener of …`: added and neither removed nor used up, by the kind of object and the type of event.
 */
export function installLedger() {
  const { setTimeout: setTimer } = window;
  const kept = { "live tracks": new Set(), "peer connections": new Set(), WebSockets: new Set(), AudioContexts: new Set(), "media elements": new Set() };
  const isGone = {
    "live tracks": (track) => track.readyState === "ended",
    "peer connections": (connection) => connection.signalingState === "closed",
    WebSockets: (socket) => socket.readyState === WebSocket.CLOSED,
    AudioContexts: (context) => context.state === "closed",
    "media elements": (element) => element.srcObject === null && !element.isConnected,
  };

  const connections = [];
  for (const [name, constructor] of [["peer connections", "RTCPeerConnection"], ["WebSockets", "WebSocket"], ["AudioContexts", "AudioContext"]]) {
    const Original = window[constructor];
    window[constructor] = class extends Original {
      constructor(...args) {
        super(...args);
        kept[name].add(this);
        if (name === "peer connections") connections.push(new WeakRef(this));
      }
    };
    // What is counted below has the name that the browser gives it.
    Object.defineProperty(window[constructor], "name", { value: constructor });
  }

  const wrap = (owner, method, make) => (owner[method] = make(owner[method]));
  wrap(MediaDevices.prototype, "getUserMedia", (original) => async function (...args) {
    const stream = await original.apply(this, args);
    stream.getTracks().forEach((track) => kept["live tracks"].add(track));
    return stream;
  });
  wrap(MediaStreamTrack.prototype, "clone", (original) => function () {
    const track = original.call(this);
    kept["live tracks"].add(track);
    return track;
  });
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...source,
    set(stream) {
      source.set.call(this, stream);
      kept["media elements"].add(this);
    },
  });

  const timers = new Set();
  wrap(window, "setTimeout", (original) => (callback, wait, ...args) => {
    const timer = original(() => {
      timers.delete(timer);
      callback(...args);
    }, wait);
    timers.add(timer);
    return timer;
  });
  wrap(window, "setInterval", (original) => (...args) => {
    const timer = original(...args);
    timers.add(timer);
    return timer;
  });
  for (const method of ["clearTimeout", "clearInterval"]) {
    wrap(window, method, (original) => (timer) => {
      timers.delete(timer);
      original(timer);
    });
  }

  // For each object its listeners by type and phase, and how many there are of all objects of its kind.
  const listeners = new WeakMap();
  const counts = new Map();
  const change = (target, type, by) => {
    const name = `listener of ${target.constructor.name} ${type}`;
    counts.set(name, (counts.get(name) ?? 0) + by);
  };
  const listenersOf = (target, type, options) => {
    const key = `${type} ${Boolean(options?.capture ?? options)}`;
    if (!listeners.has(target)) listeners.set(target, new Map());
    const byKey = listeners.get(target);
    if (!byKey.has(key)) byKey.set(key, new Set());
    return byKey.get(key);
  };
  const forget = (target, type, listener, options) => {
    if (listenersOf(target, type, options).delete(listener)) change(target, type, -1);
  };
  wrap(EventTarget.prototype, "addEventListener", (original) => function (type, listener, options) {
    const target = this ?? window;
    // Of a device and its calls, the listeners are the application's.
    const isCounted = listener && target.constructor.name !== "Emitter" && !options?.signal?.aborted;
    const known = isCounted && listenersOf(target, type, options);
    if (known && !known.has(listener)) {
      known.add(listener);
      change(target, type, 1);
      const over = () => forget(target, type, listener, options);
      if (options?.once) original.call(target, type, over, options);
      if (options?.signal) original.call(options.signal, "abort", over, { once: true });
    }
    return original.call(target, type, listener, options);
  });
  wrap(EventTarget.prototype, "removeEventListener", (original) => function (type, listener, options) {
    forget(this ?? window, type, listener, options);
    return original.call(this ?? window, type, listener, options);
  });

  async function count() {
    const found = { timers: timers.size };
    for (const [name, things] of Object.entries(kept)) {
      things.forEach((thing) => isGone[name](thing) && things.delete(thing));
      found[name] = things.size;
    }
    document.querySelectorAll("audio, video").forEach((element) => kept["media elements"].add(element));
    found["media elements"] = kept["media elements"].size;
    const { held, pending } = await navigator.locks.query();
    found.locks = held.length + pending.length;
    const all = [...Object.entries(found), ...counts].filter(([, number]) => number !== 0);
    return Object.fromEntries(all.sort(([one], [other]) => one.localeCompare(other)));
  }

  const uncollected = () => connections.filter((it) => it.deref()).length;

  window.ledger = { count, uncollected, pause: (milliseconds) => new Promise((resolve) => setTimer(resolve, milliseconds)) };
}
