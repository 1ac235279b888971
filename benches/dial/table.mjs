// Medians and spread, as a table.
import { rows } from "../place.mjs";
import { spread } from "../statistics.mjs";

const NAMES = { ours: "ours", sipjs: "SIP.js 0.21.2", jssip: "JsSIP 3.13.8", old: "SIP.js 0.7.8, the old package's engine" };

const ROWS = [
  ["no ICE server, registered for 3 s: INVITE", "ready", "invite"],
  ["the same: first remote sample", "ready", "audio"],
  ["no ICE server, just registered: INVITE", "cold", "invite"],
  ["the same: first remote sample", "cold", "audio"],
  ["a silent STUN server, registered for 3 s: INVITE", "readyStun", "invite"],
  ["a silent STUN server, just registered: INVITE", "coldStun", "invite"],
];

export function table(measured) {
  const phones = Object.keys(NAMES);
  const body = ROWS.map(([name, scene, what]) => [name, ...phones.map((phone) => spread(measured[scene][phone].map((it) => it[what])))]);
  return rows([["milliseconds", ...phones.map((phone) => NAMES[phone])], ...body]);
}
