// A thousand phones on one machine, through Kamailio: they register, call each other in pairs and hang up. The long
// run of native/tests/load.rs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { startKamailio } from "../e2e/lib/kamailio.mjs";
import { program } from "./lib/phone.mjs";

test("a thousand phones lose nothing in ten rounds of calls", { timeout: 300_000 }, async (t) => {
  const kamailio = await startKamailio({ users: "phone[0-9]+" });
  t.after(() => kamailio.stop());
  const { sip, host, port } = kamailio;
  const account = ["--server", sip, "--domain", `${host}:${port}`, "--user", "phone", "--password", "{user}-pass"];
  const { stdout } = await promisify(execFile)(program, [...account, "--crowd", "1000", "--rounds", "10"]);
  assert.match(stdout, /^\d+ messages in/);
  t.diagnostic(stdout.trim());
});
