import { equal, failing, ok, replacing, turn } from "./assert.js";
import { CONTACT, SDP, answered, body, device, dialled, heard, hungUp, peer, refused, registered, ringing, withFarSide } from "./far_side.js";

/** Runs `work(sounds)`: what was made to play, in order, as `{context, source}`. */
async function listening(work) {
  const sounds = [];
  const { createBufferSource } = BaseAudioContext.prototype;
  const watch = function () {
    const source = createBufferSource.call(this);
    sounds.push({ context: this, source, get seconds() { return source.buffer.duration; } });
    return source;
  };
  await replacing(BaseAudioContext.prototype, "createBufferSource", watch, () => work(sounds));
}

const open = (sounds) => sounds.filter(({ context }) => context.state !== "closed").length;

const silent = async (sounds) => {
  while (open(sounds) > 0) await turn();
};

const scenarios = {
  nothingSoundsUnlessWanted: (make) =>
    listening((sounds) =>
      withFarSide({}, async (far) => {
        const phone = device(make);
        const { call, invite } = await dialled(far, phone);
        const progress = heard(call, "progress");
        far.answer(invite, "180 Ringing", CONTACT);
        await progress;
        equal(sounds.length, 0);
        await refused(far, { call, invite });
        ok((await failing(async () => device(make, { tones: "yes" }))).message.includes("tones"), "a wrong wish");
        phone.free();
      }),
    ),

  itRingsThereUntilTheAnswer: (make) =>
    listening((sounds) =>
      withFarSide({}, async (far) => {
        const phone = device(make, { tones: { ringback: true } });
        const { call, invite } = await dialled(far, phone);
        for (const _ of [1, 2]) {
          const progress = heard(call, "progress");
          far.answer(invite, "180 Ringing", CONTACT);
          await progress;
        }
        equal([sounds.length, open(sounds), sounds[0].seconds, sounds[0].source.loop], [1, 1, 6, true]);
        const far_end = await peer(body(invite));
        const accepted = heard(call, "accepted");
        far.answer(invite, "200 OK", `${CONTACT}\n${SDP}`, far_end.sdp);
        await accepted;
        await silent(sounds);
        await hungUp(far, { call, far_end });
        equal(sounds.length, 1);
        const other = await dialled(far, phone);
        const progress = heard(other.call, "progress");
        far.answer(other.invite, "180 Ringing", CONTACT);
        await progress;
        equal(open(sounds), 1);
        await refused(far, other);
        await silent(sounds);
        phone.free();
      }),
    ),

  earlyMediaIsHeardInstead: (make) =>
    listening((sounds) =>
      withFarSide({}, async (far) => {
        const phone = device(make, { tones: true });
        const { call, invite } = await dialled(far, phone);
        const far_end = await peer(body(invite));
        const progress = heard(call, "progress");
        far.answer(invite, "180 Ringing", CONTACT);
        await progress;
        equal(open(sounds), 1);
        const early = navigator.userAgent.includes("Chrome") ? heard(call, "track") : undefined;
        far.answer(invite, "183 Session Progress", `${CONTACT}\n${SDP}`, far_end.sdp);
        if (early) {
          await early;
          await silent(sounds);
        }
        await refused(far, { call, invite });
        await silent(sounds);
        far_end.connection.close();
        phone.free();
      }),
    ),

  itRingsHereUntilItIsAnsweredOrOver: (make) =>
    listening((sounds) =>
      withFarSide({}, async (far) => {
        const { phone, register } = await registered(far, make, { tones: true });
        const far_end = await peer();
        const call = await ringing(far, phone, register, far_end);
        equal([open(sounds), sounds[0].source.loop], [1, true]);
        const accepted = call.accept();
        await far.next("SIP/2.0 200");
        await accepted;
        await silent(sounds);
        const invited = heard(phone, "invite");
        far.ask("INVITE", register, { more: SDP, content: far_end.sdp, callId: "the-second" });
        const [second] = await invited;
        equal([open(sounds), sounds[1].seconds], [1, 10], "softly, during a call");
        const ended = heard(second.call, "terminated");
        second.call.reject();
        far.ask("ACK", register, { callId: "the-second" });
        await ended;
        await silent(sounds);
        equal(sounds.length, 2);
        far_end.connection.close();
        phone.free();
      }),
    ),

  keysAreHeardAsTheyAreSent: (make) =>
    listening((sounds) =>
      withFarSide({}, async (far) => {
        const phone = device(make, { tones: { keys: true } });
        const talk = await answered(far, phone);
        const sent = talk.call.sendDigits("12", { duration: 100, gap: 50, transport: "info" });
        for (const _ of [1, 2]) far.answer(await far.next("INFO"), "200 OK");
        await sent;
        equal(sounds.map(({ seconds }) => seconds), [0.1, 0.1]);
        await silent(sounds);
        await hungUp(far, talk);
        phone.free();
      }),
    ),

  aPageThatMayNotSoundSaysSo: (make) =>
    listening((sounds) =>
      withFarSide({}, async (far) => {
        const blocked = function () {
          return new Promise(() => {});
        };
        await replacing(AudioContext.prototype, "resume", blocked, () =>
          replacing(AudioContext.prototype, "state", "suspended", async () => {
            const { phone, register } = await registered(far, make, { tones: { ringtone: true } });
            const far_end = await peer();
            const told = heard(phone, "audioBlocked");
            const call = await ringing(far, phone, register, far_end);
            await told;
            call.reject();
            far_end.connection.close();
            phone.free();
          }));
        equal(sounds.length, 1);
      }),
    ),
};

export const run = async (name, make) => scenarios[name](make);
