// How fast messages are read and requests are written, beside other phones: `npm run bench:parse`, about two minutes.
// `npm run bench:parse -- 3` makes three rounds, shows the table and does not keep it.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { main } from "../../scripts/lib/process.mjs";
import { setUp } from "../../scripts/setup.mjs";
import { buildDoor, script, wasm } from "../door/build.mjs";
import { installPeers, title } from "../peers.mjs";
import { put, rows, where } from "../place.mjs";
import { median, spread } from "../statistics.mjs";
import { messages, requests, vectors } from "./corpus.mjs";
import * as jssip from "./phones/jssip.mjs";
import * as ours from "./phones/ours.mjs";
import * as sipjs from "./phones/sipjs.mjs";

const ENOUGH = 10;
/** Messages of each kind in a round. */
const EACH = 40;
const REQUESTS = 1000;
/** How long a phone is measured in a round, and how long it runs before the first, in milliseconds. */
const LONG = 600;
const WARM = 4_000;
const [rounds = ENOUGH] = process.argv.slice(2).map(Number);

/** What a phone makes of a text; nothing where it takes it for no message. */
function read({ parse, values }, text) {
  try {
    const message = parse(text);
    return message && values(message);
  } catch {
    return undefined;
  }
}

const equal = (one, other) => {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
};

/** All phones say the same of each message, and every one reads what each writes. */
function check(phones) {
  for (const text of messages(3)) {
    const [mine, ...theirs] = phones.map((phone) => read(phone, text));
    for (const values of theirs) assert.deepEqual(values, mine, text);
  }
  for (const request of requests(4)) {
    const { method, target, callId, tag, sequence, body } = request;
    for (const text of phones.map((phone) => phone.build(request))) {
      for (const phone of phones) {
        const values = read(phone, text);
        assert.deepEqual([values.method, values.uri, values.callId, values.from.tag, values.sequence, values.body], [method, target, callId, tag, sequence, body]);
        assert.equal(values.to.uri, target);
      }
    }
  }
}

/** Works through `list` for a while; gives how many a second. */
function rate(work, list, milliseconds) {
  const began = performance.now();
  let done = 0;
  do {
    for (const item of list) work(item);
    done += list.length;
  } while (performance.now() - began < milliseconds);
  return (done / (performance.now() - began)) * 1000;
}

await main(async () => {
  await setUp(["build"]);
  await installPeers();
  await buildDoor();
  const door = await import(script);
  door.initSync({ module: readFileSync(wasm) });
  const phones = [ours.phone(door), jssip.phone(jssip.load()), sipjs.phone(await sipjs.load())];
  const names = [ours.name, title(jssip.name), title(sipjs.name)];
  check(phones);

  for (const { parse, build } of phones) {
    rate(parse, messages(EACH), WARM);
    rate(build, requests(REQUESTS), WARM / 4);
  }
  const rates = phones.map(() => ({ parse: [], build: [] }));
  for (let round = 1; round <= rounds; round += 1) {
    phones.forEach(({ parse, build }, index) => {
      rates[index].parse.push(rate(parse, messages(EACH), LONG));
      rates[index].build.push(rate(build, requests(REQUESTS), LONG));
    });
    console.log(`round ${round}: ${rates.map(({ parse, build }, index) => `${names[index]} reads ${Math.round(parse.at(-1))}, writes ${Math.round(build.at(-1))}`).join("; ")}`);
  }

  const times = (what, index) => (index ? ` — ours is ${(median(rates[0][what]) / median(rates[index][what])).toFixed(1)} times that` : "");
  const row = (name, what) => [name, ...rates.map((it, index) => `${spread(it[what])}${times(what, index)}`)];
  const torture = vectors();
  const right = phones.map((phone, index) => torture.filter((text) => {
    const values = read(phone, text);
    return values && (index === 0 || equal(values, read(phones[0], text)));
  }).length);
  const table = rows([
    ["a second", ...names],
    row("messages are read", "parse"),
    row("requests are written", "build"),
    [`of the ${torture.length} valid messages in \`tests/vectors\`: read, and with our values`, ...right.map(String)],
  ]);
  const corpus = messages(EACH);
  const bytesEach = Math.round(corpus.reduce((sum, text) => sum + text.length, 0) / corpus.length);
  const text = `${table}\n\nMedians (least–most) of ${rounds} rounds of ${LONG} ms each, after ${WARM / 1000} s without measuring; ${corpus.length / EACH} kinds of messages, ${bytesEach} characters on average; Node ${process.versions.node}; ${where()}.`;
  console.log(text);
  if (rounds >= ENOUGH) await put("bench:parse", text);
});
