// What this page can have go wrong where its server has a control door (loopback/README.md), in the words of a person.

/** How long the server may be kept away, and how long a message may take, in milliseconds. */
const AWAY = 10_000;
const LATE = 2_000;

const ofUser = (user) => ({ user });

/**
 * A fault is `{name, title, expect, done, orders(user, choice)}`: what its button says, what is to be expected of it, what has
 * happened when it was ordered, and the orders, each a name and its details; `choices` are what there is to choose, and where it
 * `asks`, the phone registers at once to show it.
 */
export const GROUPS = [
  {
    title: "This page's connection",
    faults: [
      {
        name: "reset",
        title: "Cut it",
        expect: "Without a word, as when a router restarts. The phone is back in a moment, and a call goes on.",
        done: "You cut the connection",
        orders: (user) => [["reset", ofUser(user)]],
      },
      {
        name: "close",
        title: "Have the server hang up",
        expect: "It closes the connection politely. The phone comes back as fast, and a call goes on.",
        done: "You had the server close the connection",
        orders: (user) => [["close", ofUser(user)]],
      },
      {
        name: "freeze",
        title: "Freeze it",
        expect: "Nothing passes, and nobody says so. A ping without an answer gives it away, after 35 s at the most.",
        done: "You froze the connection; nothing shows it yet",
        orders: (user) => [["freeze", ofUser(user)]],
      },
      {
        name: "away",
        title: "Cut it for 10 s",
        expect: "The server lets nobody in. The phone tries again and again, at growing intervals, until it may.",
        done: "You cut the connection, and the server lets nobody in for 10 s",
        orders: (user) => [["handshakes", { fault: "refuse", milliseconds: AWAY }], ["reset", ofUser(user)]],
      },
    ],
  },
  {
    title: "This page's messages",
    faults: [
      {
        name: "delay",
        title: "Hold up the next three",
        expect: "Each takes 2 s to the server. Call, hold or hang up, and see when the answers come.",
        done: "The next three messages will take 2 s",
        orders: (user) => [["messages", { fault: "delay", direction: "in", milliseconds: LATE, count: 3, user }]],
      },
      {
        name: "lose",
        title: "Lose the next request",
        expect: "As by a server that breaks down. Call, hold or hang up: after 32 s the phone gives up, and a call with it.",
        done: "The next message to the server will be lost",
        orders: (user) => [["messages", { fault: "drop", direction: "in", user }]],
      },
      {
        name: "answer",
        title: "Refuse the next request",
        expect: "Call or hold, and see what the phone makes of it.",
        choices: [[486, "486 Busy Here"], [403, "403 Forbidden"], [404, "404 Not Found"], [488, "488 Not Acceptable Here"], [503, "503 Service Unavailable"]],
        done: "The next request will be refused",
        orders: (user, status) => [["answer", { status: Number(status), user }]],
      },
    ],
  },
  {
    title: "The server, for every page",
    faults: [
      {
        name: "restart",
        title: "Restart it",
        expect: "It says so and keeps its memory. Phones come back one after the other within 5 s, and calls go on.",
        done: "You restarted the server",
        orders: () => [["restart", { memory: true }]],
      },
      {
        name: "crash",
        title: "Crash it for 2 s",
        expect: "It forgets who is here and what its robots were doing. A call between two pages goes on.",
        done: "You crashed the server",
        orders: () => [["restart", { by: "reset", down: 2_000 }]],
      },
      {
        name: "forget",
        title: "Have it forget you",
        expect: "Nobody tells the phone. Calls do not reach it until it registers again, which mending does.",
        done: "The server has forgotten you",
        orders: (user) => [["forget", ofUser(user)]],
      },
      {
        name: "expire",
        title: "Age your password proof",
        expect: "The nonce is stale. The phone is challenged anew and answers by itself: you see it in the ladder alone.",
        done: "The nonce is stale, and the phone registers",
        asks: true,
        orders: () => [["expire", {}]],
      },
    ],
  },
];

/** Orders faults at the door, and keeps what came of the last one. `change` is dispatched when that changed. */
export class Faults extends EventTarget {
  /** The last act: `{done, at, refused}`, what was done and when, with `refused` in words where it was not carried out. */
  last;
  #phone;
  #door;

  /** `door` is the path of the control door. */
  constructor(phone, door) {
    super();
    this.#phone = phone;
    this.#door = door;
  }

  async strike(fault, choice) {
    const phone = this.#phone;
    const orders = fault.orders(phone.account.username, choice);
    await this.#try({ done: fault.done, at: Date.now() }, "busy", orders);
    if (fault.asks) phone.refresh();
  }

  /** Takes back what was ordered, and registers anew. */
  async mend() {
    await this.#try({ done: "You mended everything, and the phone registers", at: Date.now() }, "good", [["heal", {}]]);
    this.#phone.refresh();
  }

  /** What comes of an order may be seen before the door says that it was carried out. */
  async #try(act, tone, orders) {
    const { log } = this.#phone;
    log.mark(act.done, tone);
    this.#become(act);
    try {
      for (const [name, details] of orders) await this.#order(name, details);
    } catch ({ message }) {
      log.mark(`Not done: ${message}`, "bad");
      this.#become({ ...act, refused: message });
    }
  }

  async #order(name, details) {
    const headers = { "Content-Type": "application/json" };
    const asked = fetch(`${this.#door}/${name}`, { method: "POST", headers, body: JSON.stringify(details) });
    const response = await asked.catch((cause) => {
      throw new Error("the server is not there", { cause });
    });
    if (!response.ok) throw new Error((await response.text()).trim() || `${response.status} ${response.statusText}`);
  }

  #become(last) {
    this.last = last;
    this.dispatchEvent(new Event("change"));
  }
}
