// Calls of one phone in one page, one after the other, and what they leave behind.
import { isDeepStrictEqual } from "node:util";
import { root } from "../../scripts/lib/places.mjs";
import { launchChromium } from "../../tests/e2e/lib/chromium.mjs";
import { startEmbedded } from "../../tests/e2e/lib/embedded.mjs";
import { installLedger } from "../../tests/e2e/lib/ledger.mjs";

/** Calls from one rest to the next: at rest, a phone makes its peer connection ready again, and so the next call takes it. */
const ROUND = 10;
/** Milliseconds that the page has for coming to rest. */
const PATIENCE = 5_000;

/**
 * Lets a phone place calls to the echo, and every second one be called and hung up on by another tab. What the page
 * holds is counted after each ten calls. Gives
 *
 * - `blank`, `registered`, `stopped`, `freed`: the counts before there is a device, before the first call, after `stopWS()`
 *   and after `free()`;
 * - `leftovers`: `{calls, left}` for each count between calls that is not the same as `registered`;
 * - `heap`: `{calls, script, module, references, connections}` before the first call and after each `every` calls: bytes of
 *   JavaScript objects, bytes of the module, values that it refers to, peer connections that are not collected.
 */
export async function soak({ calls, every, report = () => {} }) {
  const server = await startEmbedded({ www: root });
  const browser = await launchChromium();
  try {
    const open = () => browser.open(new URL("benches/soak/phone.html", server.page).href, { install: installLedger });
    const config = (username) => ({ host: server.host, port: server.port, wsServers: server.sip, username, password: `${username}-pass` });
    const [alice, bob] = [await open(), await open()];
    for (const tab of [alice, bob]) if (!(await tab.until(() => Boolean(window.phone)))) throw new Error("the phone did not load");

    const blank = await counted(alice);
    await alice.evaluate((it) => phone.register(it), config("alice"));
    await bob.evaluate((it) => phone.register(it), config("bob"));
    // The peer connection that is kept ready is there as soon as the browser has told that the microphone is permitted.
    await alice.until(async () => "peer connections" in (await ledger.count()));
    const registered = await counted(alice);
    const heap = [await measured(alice, 0)];
    const leftovers = [];
    for (let done = 0; done < calls; ) {
      for (const end = Math.min(done + ROUND, calls); done < end; done += 1) await (done % 2 === 0 ? place(alice) : take(alice, bob));
      const left = await counted(alice, registered);
      if (!isDeepStrictEqual(left, registered)) leftovers.push({ calls: done, left });
      if (done % every === 0 || done === calls) {
        heap.push(await measured(alice, done));
        report(heap.at(-1));
      }
    }
    await alice.evaluate(() => phone.stop());
    const stopped = await counted(alice, blank);
    await alice.evaluate(() => phone.free());
    return { blank, registered, leftovers, stopped, freed: await counted(alice, blank), heap };
  } finally {
    await browser.close();
    await server.stop();
  }
}

const place = (alice) => alice.evaluate(() => phone.call("echo"));

async function take(alice, bob) {
  await bob.evaluate(() => phone.call("alice"));
  await alice.evaluate(() => phone.answered);
}

/** What the page holds, as soon as that is what is expected. */
async function counted(tab, expected) {
  const until = performance.now() + PATIENCE;
  for (;;) {
    const count = await tab.evaluate(() => ledger.count());
    if (!expected || isDeepStrictEqual(count, expected) || performance.now() > until) return count;
    await tab.evaluate(() => ledger.pause(50));
  }
}

async function measured(tab, calls) {
  const script = await tab.heap();
  const { memory, references } = await tab.evaluate(() => phone.module());
  return { calls, script, module: memory, references, connections: await tab.evaluate(() => ledger.uncollected()) };
}
