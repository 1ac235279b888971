import { equal, ok, replacing } from "./assert.js";
import { body, CONTACT, device, header, heard, hungUp, peer, SDP, talking, withFarSide } from "./far_side.js";

const PREFIX = "telnyx-device.";

/** What is kept of calls. */
const stored = () => Object.keys(sessionStorage).filter((key) => key.startsWith(`${PREFIX}calls `));

/** Each test is a tab of its own. */
const inTab = (work) => {
  Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => sessionStorage.removeItem(key));
  return withFarSide({}, work);
};

const persistent = (make) => device(make, { persist: "session" });

/** A call of a page that is gone, without a word: what is left is what it kept. */
async function leftBehind(far, make, prepare = async () => {}) {
  const phone = persistent(make);
  const { call, invite, far_end } = await talking(far, phone);
  await prepare(call);
  const [key] = stored();
  const kept = sessionStorage.getItem(key);
  const { id, startTime, answerTime } = call;
  phone.free();
  await far.next("BYE"); // which a page that is gone does not send
  ok(stored().length === 0, "a call that has ended is not kept");
  sessionStorage.setItem(key, kept);
  far_end.connection.close();
  return { invite, key, id, startTime, answerTime };
}

const scenarios = {
  aCallIsBackWithNewMedia: (make) =>
    inTab(async (far) => {
      const old = await leftBehind(far, make, async (call) => {
        const muted = heard(call, "muted");
        call.mute(true);
        await muted;
      });
      const phone = persistent(make);
      equal(phone.calls().length, 0);
      phone.startWS();
      const again = await far.next("INVITE");
      for (const name of ["Call-ID", "From"]) equal(header(again, name), header(old.invite, name));
      equal(header(again, "To"), `${header(old.invite, "To")};tag=far`);
      const far_end = await peer(body(again));
      const recovered = heard(phone, "recoveredCall");
      const connected = heard(phone.activeCall(), "mediaConnected");
      far.answer(again, "200 OK", `${CONTACT}\n${SDP}`, far_end.sdp);
      const [{ call }] = await recovered;
      equal(call, phone.activeCall());
      equal([call.status(), call.isOutgoing(), call.isMuted(), call.request], ["connected", true, true, false]);
      equal(call.id, old.id);
      equal(call.remoteIdentity.uri.toString(), "sip:bob@example.com:5060");
      for (const time of ["startTime", "answerTime"]) {
        ok(Math.abs(call[time] - old[time]) < 1000, `${time} is ${call[time]}, not ${old[time]}`);
      }
      await connected;
      ok(stored().length === 1, "it is kept for the next reload");
      await hungUp(far, { call, far_end });
      ok(stored().length === 0, "and forgotten");
      phone.free();
    }),

  itsQualityIsReportedAtItsEnd: (make) =>
    inTab(async (far) => {
      const old = await leftBehind(far, make);
      const phone = device(make, { persist: "session", qualityReports: true });
      const recovered = heard(phone, "recoveredCall");
      phone.startWS();
      const again = await far.next("INVITE");
      const far_end = await peer(body(again));
      far.answer(again, "200 OK", `${CONTACT}\n${SDP}`, far_end.sdp);
      const [{ call }] = await recovered;
      const sample = heard(call, "quality");
      await sample;
      await hungUp(far, { call, far_end });
      const lines = body(await far.next("PUBLISH")).split("\r\n");
      equal(lines[1], `CallID: ${header(old.invite, "Call-ID")}`);
      const tag = /tag=([^;]*)/.exec(header(old.invite, "From"))[1];
      equal(lines.at(-2), `DialogID: ${header(old.invite, "Call-ID")};to-tag=far;from-tag=${tag}`);
      phone.free();
    }),

  withoutTheOptionNothingIsKept: (make) =>
    inTab(async (far) => {
      const phone = device(make);
      const talk = await talking(far, phone);
      equal(stored(), []);
      await hungUp(far, talk);
      phone.free();
    }),

  aCallThatHasEndedIsToldAsLost: (make) =>
    inTab(async (far) => {
      await leftBehind(far, make);
      const phone = persistent(make);
      phone.startWS();
      const again = await far.next("INVITE");
      const call = phone.activeCall();
      const told = Promise.all([heard(call, "terminated"), heard(phone, "error")]);
      far.answer(again, "481 Call/Transaction Does Not Exist");
      const [[, cause], [error]] = await told;
      equal(cause, "Dialog Error");
      equal([error.code, error.sipCause], ["ERR_CALL_LOST", "Dialog Error"]);
      ok(error.message.includes("sip:bob@example.com:5060"), error.message);
      equal(stored(), []);
      phone.free();
    }),

  whatCannotBeReadIsToldOnce: (make) =>
    inTab(async (far) => {
      const { key } = await leftBehind(far, make);
      sessionStorage.setItem(key, "of another version");
      const phone = persistent(make);
      const told = heard(phone, "error");
      phone.startWS();
      const [error] = await told;
      equal([error.code, error.sipCause], ["ERR_CALL_LOST", "Internal Error"]);
      equal(stored(), []);
      phone.free();
    }),

  aDuplicatedTabTakesNoCall: (make) =>
    inTab(async (far) => {
      const { key } = await leftBehind(far, make);
      const id = key.split(" ")[1];
      let leave;
      const left = new Promise((resolve) => (leave = resolve));
      // The tab that this one is a copy of.
      await new Promise((resolve) => navigator.locks.request(`${PREFIX}instance ${id}`, () => (resolve(), left)));
      const phone = persistent(make);
      await phone.startWS();
      equal(phone.calls().length, 0);
      equal(stored(), []);
      phone.free();
      leave();
    }),

  withoutRoomACallGoesOn: (make) =>
    inTab(async (far) => {
      const real = sessionStorage;
      const full = {
        getItem: (key) => real.getItem(key),
        removeItem: (key) => real.removeItem(key),
        setItem(key, text) {
          if (key.startsWith(`${PREFIX}calls`)) throw new DOMException("full", "QuotaExceededError");
          real.setItem(key, text);
        },
      };
      await replacing(globalThis, "sessionStorage", full, async () => {
        const phone = persistent(make);
        const talk = await talking(far, phone);
        equal(stored(), []);
        equal(talk.call.status(), "connected");
        await hungUp(far, talk);
        phone.free();
      });
    }),
};

export const run = async (name, make) => scenarios[name](make);
