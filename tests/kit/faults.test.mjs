// The faults of the control door, over real sockets of Node.js: `telnyx-device/loopback` in the test's own process.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { WebSocket } from "ws";
import { startLoopback } from "../../npm/loopback/index.js";

const PING = "\r\n\r\n";
const PONG = "\r\n";

async function start(t, options) {
  const loopback = await startLoopback(options);
  t.after(() => loopback.stop());
  return loopback;
}

/** An open connection; `next` is the next message of the server's. */
async function connect(t, { sip }) {
  const socket = new WebSocket(sip, "sip");
  t.after(() => socket.terminate());
  const upgraded = once(socket, "upgrade");
  const messages = [];
  let arrived = () => {};
  socket.on("message", (bytes) => (messages.push(bytes.toString()), arrived()));
  const next = async () => {
    while (messages.length === 0) await new Promise((resolve) => (arrived = resolve));
    return messages.shift();
  };
  await once(socket, "open");
  const [{ socket: underneath }] = await upgraded;
  return { socket, underneath, next, messages };
}

const frozen = async ({ page }) => (await (await fetch(new URL("control", page))).json()).sockets.map((it) => it.frozen);

test("a ping is answered", async (t) => {
  const { socket, next } = await connect(t, await start(t));
  socket.send(PING);
  assert.equal(await next(), PONG);
});

test("a socket is closed with the code that was ordered", async (t) => {
  const loopback = await start(t);
  const { socket } = await connect(t, loopback);
  const closed = once(socket, "close");
  assert.equal((await loopback.order("close", { code: 1013, reason: "busy" })).length, 1);
  const [code, reason] = await closed;
  assert.deepEqual([code, reason.toString()], [1013, "busy"]);
});

test("a socket is broken by a RST", async (t) => {
  const loopback = await start(t);
  const { socket, underneath } = await connect(t, loopback);
  const [failed, closed] = [once(underneath, "error"), once(socket, "close")];
  await loopback.order("reset");
  assert.equal((await failed)[0].code, "ECONNRESET");
  assert.equal((await closed)[0], 1006);
});

test("a frozen socket hears and says nothing until it is thawed", async (t) => {
  const loopback = await start(t);
  const [one, other] = [await connect(t, loopback), await connect(t, loopback)];
  await loopback.order("freeze");
  assert.deepEqual(await frozen(loopback), [true, true]);
  one.socket.send(PING);
  // What comes later by another way has come.
  const third = await connect(t, loopback);
  third.socket.send(PING);
  await third.next();
  assert.deepEqual([one.messages, one.socket.readyState], [[], WebSocket.OPEN]);
  await loopback.order("thaw");
  assert.equal(await one.next(), PONG);
  other.socket.send(PING);
  assert.equal(await other.next(), PONG);
});

test("handshakes fail as ordered, so many of them", async (t) => {
  const loopback = await start(t);
  const attempt = async () => {
    const socket = new WebSocket(loopback.sip, "sip");
    const [error] = await Promise.race([once(socket, "open"), new Promise((done) => socket.once("error", (error) => done([error])))]);
    socket.terminate();
    return error?.message;
  };
  await loopback.order("handshakes", { fault: "refuse", status: 429, count: 2 });
  assert.match(await attempt(), /429/);
  assert.match(await attempt(), /429/);
  assert.equal(await attempt(), undefined);
  await loopback.order("handshakes", { fault: "reset" });
  assert.match(await attempt(), /ECONNRESET|hang up/);
});

test("a mute socket says nothing, and an unanswered handshake waits", async (t) => {
  const loopback = await start(t);
  await loopback.order("handshakes", { fault: "mute" });
  const mute = await connect(t, loopback);
  mute.socket.send(PING);
  await loopback.order("handshakes", { fault: "silent" });
  const silent = new WebSocket(loopback.sip, "sip");
  silent.on("error", () => {});
  t.after(() => silent.terminate());
  const third = await connect(t, loopback);
  third.socket.send(PING);
  await third.next();
  assert.deepEqual([mute.messages, silent.readyState], [[], WebSocket.CONNECTING]);
  assert.equal((await frozen(loopback)).length, 1);
});

test("a server that restarts closes every socket and refuses while it is down", async (t) => {
  const loopback = await start(t);
  const { socket } = await connect(t, loopback);
  const closed = once(socket, "close");
  await loopback.order("restart", { down: 600_000 });
  assert.equal((await closed)[0], 1012);
  const refused = new WebSocket(loopback.sip, "sip");
  await assert.rejects(once(refused, "open"));
  await loopback.order("heal");
  await connect(t, loopback);
});

test("without the sub-protocol there is no SIP, and nothing elsewhere", async (t) => {
  const { sip, port } = await start(t);
  for (const [url, protocols, status] of [[sip, [], 400], [sip, ["xmpp"], 400], [`${sip}s`, ["sip"], 404]]) {
    await assert.rejects(once(new WebSocket(url, protocols), "open"), new RegExp(status));
  }
  const headers = { Connection: "Upgrade", Upgrade: "websocket" };
  const [{ statusCode }] = await once(request({ port, path: "//", headers }).end(), "response");
  assert.equal(statusCode, 404);
});

test("orders are read with care, and without a door there is none", async (t) => {
  const loopback = await start(t);
  await assert.rejects(loopback.order("explode"), /There is no "explode" here/);
  await assert.rejects(loopback.order("close", { code: 1006 }), /cannot be sent/);
  await assert.rejects(loopback.order("reset", { user: "alice" }), /No socket is open/);
  const plain = await fetch(new URL("control/heal", loopback.page), { method: "POST", body: "{}" });
  assert.equal(plain.status, 400);
  const shut = await start(t, { control: false });
  await assert.rejects(shut.order("heal"), /SIP over WebSocket is at/);
});

test("only what is in the folder is served", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kit-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "index.html"), "<p>ours</p>");
  const { page, port } = await start(t, { www: folder });
  const response = await fetch(page);
  assert.deepEqual([response.headers.get("content-type"), await response.text()], ["text/html; charset=utf-8", "<p>ours</p>"]);
  assert.equal((await (await fetch(new URL("server.json", page))).json()).accounts.length, 3);
  for (const path of ["/../package.json", "/%2e%2e/package.json", "/%2e%2e%2fpackage.json", "/%00", "/%"]) {
    const [{ statusCode }] = await once(request({ port, path }).end(), "response");
    assert.equal(statusCode, 404, path);
  }
});

test("what cannot be is told", async (t) => {
  const { port } = await start(t);
  await assert.rejects(startLoopback({ port }), { exitCode: 1, message: /EADDRINUSE/ });
  await assert.rejects(startLoopback({ port: "many" }), { exitCode: 2 });
});
