import { collecting, equal, failing, ok, replacing, turn, written } from "./assert.js";

const config = { host: "example.com", port: 5060, username: "alice", password: "sesame-open" };

const refused = async (make, change) => {
  const error = await failing(() => make(change && { ...config, ...change }));
  ok(error instanceof TypeError, `${error} is a TypeError`);
  return error.message;
};

const scenarios = {
  async whatIsMissingHasTheOldTexts(make) {
    equal(await refused(make, undefined), "TelnyxDevice: Missing config");
    equal((await failing(() => make(null))).message, "TelnyxDevice: Missing config");
    equal(await refused(make, { host: undefined }), "TelnyxDevice: Missing 'host' parameter");
    equal(await refused(make, { host: null }), "TelnyxDevice: Missing 'host' parameter");
    equal(await refused(make, { port: null }), "TelnyxDevice: Missing 'port' parameter");
  },

  async whatIsWrongIsNamed(make) {
    const wrong = {
      host: [7, "exa mple", "a/b"],
      port: ["sip", 70000, 50.5, -1, true],
      wsServers: [7, "http://example.com", ["ws://a", 7], [{ weight: 1 }], { uri: "ws://a", weight: "heavy" }],
      username: [7, {}],
      password: [7, {}],
      authorizationUser: [7],
      ha1: [7, {}, { realm: "a" }, { md5: "0".repeat(32) }, { realm: "a", md5: "0".repeat(31) }, { realm: "a", sha256: "g".repeat(64) }],
      reconnect: [
        ...[7, "often", [{}], { minDelay: 0 }, { minDelay: "1" }, { maxDelay: 3601 }, { minDelay: 2, maxDelay: 1 }],
        ...[{ fraction: 1.1 }, { fraction: NaN }, { jitter: -0.1 }, { maxAttempts: 0 }, { maxAttempts: 1.5 }],
      ],
      keepAliveInterval: ["25", -1, 0.5],
      flows: ["2", 0, 3, 1.5, 2],
      expires: ["600", 0, -1, 0.5, 2 ** 32, NaN],
      extraHeaders: ["X-A: b", [7], ["no header"], ["Via: x"], ["X-A: b\r\nX-B: c"]],
      persist: ["local", true, ""],
      sessionTimers: ["yes", 1800, { expires: 89 }, { expires: "90" }, { refresher: "us" }],
      noAnswerTimeout: ["60", 0, 1.5],
      userAgent: [7, "a\r\nb"],
      displayName: [true],
      stunServers: [7, [{}], "turn:a.example.com", "http://a.example.com", ["stun:a", "ws:a:b"]],
      turnServers: [
        ...["turn:a", 7, {}, [{ urls: 7 }], { urls: [] }].map((it) => it.urls ? { ...it, username: "u", password: "p" } : it),
        ...["stun:1.2.3.4", "https://a:443/"].map((urls) => ({ urls, username: "u", password: "p" })),
        { urls: "turn:a", username: "u" },
        { urls: "turn:a", password: "turn-secret" },
      ],
      registrarServer: [7, "sip:", "http://example.com", "http://a?to=sip:b"],
      iceGatheringTimeout: ["500", -1, 60001, 0.5],
      rtcConfiguration: [7, "relay", [{}]],
      warm: ["yes", 0],
      traceSip: ["yes", 1],
      logLevel: ["info", 3],
    };
    for (const [key, values] of Object.entries(wrong)) {
      for (const value of values) {
        const message = await refused(make, { [key]: value });
        ok(message.startsWith("TelnyxDevice: ") && message.includes(`'${key}'`), `${message} names ${key}`);
      }
    }
    equal(
      await refused(make, { extraHeaders: ["X-A: b", "Contact: <sip:a@b>"] }),
      "TelnyxDevice: 'extraHeaders' must not have 'Contact': Via, From, To, Call-ID, CSeq, Contact, Max-Forwards, Route, " +
        "Record-Route, Authorization, Proxy-Authorization and Content-* are written by the SIP stack",
    );
    ok((await refused(make, { ha1: { realm: "a", md5: "0".repeat(32) } })).includes("'ha1'"), "a password and a hash");
    equal(await refused(make, { port: "sip" }), "TelnyxDevice: 'port' must be a port number from 1 to 65535");
  },

  whatIsRightIsTaken(make) {
    const right = [
      { port: "5060" },
      { host: "2001:db8::1" },
      { host: "[2001:db8::1]" },
      { wsServers: "wss://a" },
      { wsServers: "", stunServers: "", turnServers: "", iceGatheringTimeout: 60000 },
      { wsServers: ["ws://a", "WSS://b:7443/ws"] },
      { wsServers: [{ uri: "ws://a", weight: 2 }, "ws://b"] },
      { flows: 1 },
      { flows: 2, wsServers: ["ws://a", "ws://b"] },
      { stunServers: "stun:stun.example.com:3478", turnServers: { urls: "turn:a", username: "u", password: "p" } },
      { stunServers: ["stun.example.com", "stun.example.com:3478", "[2001:db8::1]:3478", "STUNS:a"] },
      { turnServers: [{ urls: ["a:3478?transport=udp", "turn:a", "turns:b"], username: "u", password: "p" }] },
      { registrarServer: "sip:registrar.example.com:5070", traceSip: true, logLevel: "off" },
      { password: async () => "sesame-open", authorizationUser: "alice-auth", expires: 1, noAnswerTimeout: 1 },
      { password: null, ha1: { realm: "a", md5: "0".repeat(32), sha256: "A".repeat(64), sha512_256: "a".repeat(64) } },
      { sessionTimers: false, userAgent: "Phone/1.0", persist: "none" },
      { persist: "session" },
      { sessionTimers: { expires: 90, refresher: "uas" }, extraHeaders: ["X-A: b"] },
      { reconnect: { minDelay: 0.1, maxDelay: 60, fraction: 0.3, jitter: 0, maxAttempts: 5 }, keepAliveInterval: 0 },
      { reconnect: { minDelay: 90 } },
      { reconnect: { maxDelay: 0.2, maxAttempts: Infinity }, keepAliveInterval: 60 },
      { sessionTimers: {}, extraHeaders: [] },
      { tabs: "own" },
      { tabs: "shared" },
      { tabs: null },
      { iceGatheringTimeout: 0, rtcConfiguration: { bundlePolicy: "max-bundle" }, warm: false },
      { iceGatheringTimeout: null, rtcConfiguration: null, warm: null },
      Object.fromEntries(["wsServers", "username", "password", "displayName", "stunServers"].map((key) => [key, null])),
      Object.fromEntries(["turnServers", "registrarServer", "traceSip", "logLevel"].map((key) => [key, undefined])),
    ];
    for (const change of right) make({ ...config, ...change }).free();
  },

  async anUnknownKeyIsAWarningWithTheNearest(make) {
    const lines = await written(() => make({ ...config, wsServer: "ws://a", userName: "bob" }).free());
    equal(lines, [
      "warn: TelnyxDevice: unknown config key 'wsServer'; did you mean 'wsServers'?",
      "warn: TelnyxDevice: unknown config key 'userName'; did you mean 'username'?",
    ]);
    equal(await written(() => make({ ...config, wsServer: "ws://a", logLevel: "error" }).free()), []);
  },

  async constructingHasNoSideEffect(make) {
    const never = () => {
      throw new Error("a side effect");
    };
    await replacing(globalThis, "WebSocket", never, () =>
      replacing(globalThis, "RTCPeerConnection", never, () =>
        replacing(navigator.mediaDevices, "getUserMedia", never, async () => {
          const device = make(config);
          await turn();
          equal(device.isWSConnected(), false);
          equal(device.isRegistered(), false);
          equal(device.activeCall(), undefined);
          device.free();
        }),
      ),
    );
  },

  async theConfigIsNeitherKeptNorReadable(make) {
    const given = Object.freeze({ ...config, turnServers: Object.freeze({ urls: "turn:a", username: "u", password: "turn-secret" }) });
    const device = make(given);
    const names = [];
    for (let it = device; it; it = Object.getPrototypeOf(it)) names.push(...Object.getOwnPropertyNames(it));
    const readable = names.map((name) => {
      try {
        return String(device[name]);
      } catch {
        return "";
      }
    });
    const all = JSON.stringify([readable, device, Object.entries(device)]);
    ok(!/sesame-open|turn-secret/.test(all), "no secret is readable");
    equal(device.password, undefined);
    device.free();
  },

  async errorsKeepSecrets(make) {
    const errors = await Promise.all(
      [{ port: "x" }, { wsServers: 7 }, { turnServers: [{ urls: 7, password: "turn-secret" }] }].map((change) =>
        refused(make, change),
      ),
    );
    ok(!/sesame-open|turn-secret/.test(errors.join()), "no secret is in an error");
  },

  async aPromiseThatIsIgnoredRaisesNothing(make) {
    const events = await collecting("unhandledrejection", async () => {
      const device = make({ ...config, wsServers: "ws://127.0.0.1:9/", logLevel: "off" });
      const failed = new Promise((resolve) => device.once("wsDisconnected", resolve));
      device.startWS();
      device.register();
      await failed;
      await turn();
      device.free();
    });
    equal(events.length, 0, "unhandled rejections");
  },
};

export const run = async (name, make) => scenarios[name](make);
