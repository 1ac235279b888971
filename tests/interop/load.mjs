// A thousand phones on one machine, through Kamailio: they register, call each other in pairs and hang up. The long
// run of native/tests/load.rs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { startKamailio } from "../e2e/lib/kamailio.mjs";
import { accountOf, program } from "./lib/phone.mjs";

const COUNT = 1000;

test("a thousand phones lose nothing in ten rounds of calls", { timeout: 300_000 }, async (t) => {
  const accounts = Array.from({ length: COUNT }, (_, number) => accountOf(`phone${number}`));
  const kamailio = await startKamailio(accounts);
  t.after(() => kamailio.stop());
  const { sip, host, port } = kamailio;
  const account = ["--server", sip, "--domain", `${host}:${port}`, "--user", "phone", "--password", accountOf("{user}").password];
  const { stdout } = await promisify(execFile)(program, [...account, "--crowd", `${COUNT}`, "--rounds", "10"]);
  assert.match(stdout, /^\d+ messages in/);
  t.diagnostic(stdout.trim());
});
