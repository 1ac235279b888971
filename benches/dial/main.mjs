// How soon a call begins, beside other phones: `npm run bench:dial`. It takes 25 minutes, as one of them waits
// for 40 s wherever a STUN server is silent; `npm run bench:dial -- 2 1` runs two rounds without and one with that server,
// shows the table and does not keep it.
import { fileURLToPath } from "node:url";
import { build } from "../../scripts/build.mjs";
import { goInside } from "../../scripts/lib/isolation.mjs";
import { main } from "../../scripts/lib/process.mjs";
import { installPeers } from "../peers.mjs";
import { put, where } from "../place.mjs";
import { run } from "./rounds.mjs";
import { bundle } from "./site.mjs";
import { table } from "./table.mjs";

const ENOUGH = 10;
const PEERS = ["sipjs", "jssip", "old"];
const here = fileURLToPath(new URL(".", import.meta.url));
const [rounds = ENOUGH, stunRounds = rounds] = process.argv.slice(2).map(Number);

await main(async () => {
  await goInside(async () => {
    await build();
    await installPeers();
    await bundle(here, PEERS);
  });
  const milliseconds = (time) => (time === null ? "" : `, sound ${Math.round(time)} ms`);
  const report = ({ stun, cold, round, phone, invite, audio }) =>
    console.log(`${cold ? "cold" : "ready"}${stun ? ", silent STUN" : ""}, round ${round}: ${phone} INVITE ${Math.round(invite)} ms${milliseconds(audio)}`);
  const measured = await run({ folder: here, rounds, stunRounds, report });
  const text = `${table(measured)}\n\nMedians (least–most) of ${rounds} rounds, ${stunRounds} with the STUN server; ${where()}.`;
  console.log(text);
  if (Math.min(rounds, stunRounds) >= ENOUGH) await put("bench:dial", text);
});
