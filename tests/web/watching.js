import { collecting, equal, failing, ok, refusesAtOnce, same, turn } from "./assert.js";
import { body, header, withFarSide } from "./far_side.js";

const device = (make, more) =>
  make({ host: "example.com", port: 5060, username: "alice", password: "sesame-open", logLevel: "off", ...more });

const heard = (target, name) => new Promise((resolve) => target.once(name, resolve));

/** A NOTIFY in the dialog that a SUBSCRIBE asks for. */
function notify(far, subscribe, cseq, state, more = "", content = "") {
  far.say(
    `NOTIFY ${/<([^>]*)>/.exec(header(subscribe, "Contact"))[1]} SIP/2.0
    Via: SIP/2.0/WS far.invalid;branch=z9hG4bKnotify${cseq}
    Max-Forwards: 70
    From: ${header(subscribe, "To").replace(/;tag=.*/, "")};tag=notifier
    To: ${header(subscribe, "From")}
    Call-ID: ${header(subscribe, "Call-ID")}
    CSeq: ${cseq} NOTIFY
    Contact: <sip:notifier@far.invalid;transport=ws>
    Event: ${header(subscribe, "Event")}
    Subscription-State: ${state}${more && `\n${more}`}`,
    content,
  );
  return far.next("SIP/2.0 200");
}

/** A subscription that was accepted. */
async function subscribed(far, phone, event, options) {
  const subscription = phone.subscribe("bob", event, options);
  const subscribe = await far.next("SUBSCRIBE sip:bob@example.com:5060 SIP/2.0");
  far.answer(subscribe, "200 OK", "Contact: <sip:notifier@far.invalid;transport=ws>\nExpires: 600");
  return { subscription, subscribe };
}

const BODIES = {
  "message-summary": [
    "application/simple-message-summary",
    "Messages-Waiting: yes\r\nMessage-Account: sip:alice@example.com\r\nVoice-Message: 2/8 (1/2)\r\n",
    {
      type: "message-summary",
      waiting: true,
      account: "sip:alice@example.com",
      messages: [{ class: "voice-message", new: 2, old: 8, newUrgent: 1, oldUrgent: 2 }],
    },
  ],
  dialog: [
    "application/dialog-info+xml",
    `<dialog-info version="3" state="full" entity="sip:bob@example.com"><dialog id="d" call-id="c" local-tag="l"
      direction="initiator"><state>early</state><remote><identity display="Carol">sip:carol@example.com</identity></remote>
      </dialog></dialog-info>`,
    {
      type: "dialog",
      entity: "sip:bob@example.com",
      version: 3,
      full: true,
      dialogs: [
        {
          id: "d",
          state: "early",
          direction: "initiator",
          callId: "c",
          localTag: "l",
          remoteTag: null,
          local: { displayName: null, identity: null, target: null },
          remote: { displayName: "Carol", identity: "sip:carol@example.com", target: null },
        },
      ],
    },
  ],
  presence: [
    "application/pidf+xml",
    `<presence entity="pres:bob@example.com"><tuple id="t"><status><basic>open</basic></status><contact>sip:bob@a</contact>
      </tuple><note>at lunch</note></presence>`,
    {
      type: "presence",
      entity: "pres:bob@example.com",
      tuples: [{ id: "t", open: true, contact: "sip:bob@a", notes: [] }],
      notes: ["at lunch"],
    },
  ],
  refer: ["message/sipfrag", "SIP/2.0 180 Ringing\r\n", { type: "refer", statusCode: 180, reasonPhrase: "Ringing" }],
  other: ["text/plain", "hello", null],
};

const scenarios = {
  bodiesAreUnderstood: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      for (const [event, [contentType, content, parsed]] of Object.entries(BODIES)) {
        const { subscription, subscribe } = await subscribed(far, phone, event, { accept: contentType });
        equal([header(subscribe, "Event"), header(subscribe, "Accept")], [event, contentType]);
        const told = heard(subscription, "notify");
        await notify(far, subscribe, 1, "active;expires=600", `Content-Type: ${contentType}`, content);
        const detail = await told;
        equal([detail.contentType, detail.body, detail.request.method], [contentType, content, "NOTIFY"]);
        equal(detail.parsed, parsed, event);
      }
      phone.free();
    }),

  aSubscriptionTellsItsStory: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { subscription, subscribe } = await subscribed(far, phone, "presence", {
        expires: 300,
        accept: ["a/b", "c/d"],
        extraHeaders: ["X-A: b"],
      });
      equal([header(subscribe, "Expires"), header(subscribe, "Accept"), header(subscribe, "X-A")], ["300", "a/b, c/d", "b"]);
      const told = [];
      for (const name of ["active", "notify", "interrupted", "terminated"]) {
        subscription.addEventListener(name, ({ target, detail }) => {
          same(target, subscription, "target");
          told.push([name, subscription.state, ...(name === "terminated" ? [detail.reason, detail.cause] : [])]);
        });
      }
      equal(subscription.state, "subscribing");
      await notify(far, subscribe, 1, "pending");
      await notify(far, subscribe, 2, "active;expires=300");
      await notify(far, subscribe, 3, "active;expires=300");
      const ended = heard(subscription, "terminated");
      await notify(far, subscribe, 4, "terminated;reason=noresource");
      await ended;
      equal(told, [
        ["notify", "pending"],
        ["active", "active"],
        ["notify", "active"],
        ["notify", "active"],
        ["notify", "active"],
        ["terminated", "terminated", "noresource", "Not Found"],
      ]);
      await subscription.unsubscribe();
      phone.free();
    }),

  anExpiryOfNoTimeAsksOnce: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { subscription, subscribe } = await subscribed(far, phone, "presence", { expires: 0 });
      equal(header(subscribe, "Expires"), "0");
      const told = [];
      for (const name of ["notify", "interrupted", "terminated"]) subscription.on(name, () => told.push(name));
      const ended = heard(subscription, "terminated");
      await notify(far, subscribe, 1, "terminated;reason=timeout");
      equal((await ended).cause, null);
      equal(told, ["notify", "terminated"]);
      phone.free();
    }),

  unsubscribingEndsIt: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const { subscription, subscribe } = await subscribed(far, phone, "dialog");
      await notify(far, subscribe, 1, "active");
      const ended = heard(subscription, "terminated");
      const done = subscription.unsubscribe();
      const farewell = await far.next("SUBSCRIBE");
      equal(header(farewell, "Expires"), "0");
      far.answer(farewell, "200 OK", "Expires: 0");
      await notify(far, subscribe, 2, "terminated;reason=timeout");
      await done;
      equal([(await ended).cause, subscription.state], [null, "terminated"]);
      phone.free();
    }),

  aRefusedSubscriptionSaysWhy: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const subscription = phone.subscribe("bob", "presence");
      const ended = heard(subscription, "terminated");
      far.answer(await far.next("SUBSCRIBE"), "489 Bad Event");
      const { reason, cause, response } = await ended;
      equal([reason, cause, response.statusCode, subscription.state], [null, "SIP Failure Code", 489, "terminated"]);
      const again = phone.subscribe("bob", "presence");
      const interrupted = heard(again, "interrupted");
      far.answer(await far.next("SUBSCRIBE"), "503 Service Unavailable", "Retry-After: 20");
      const { retryAfter } = await interrupted;
      ok(retryAfter >= 20 && again.state === "subscribing", `again after ${retryAfter} s`);
      phone.free();
      equal(again.state, "terminated");
    }),

  statePublishedIsChangedAndTakenBack: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const publication = phone.publish("presence", "<open/>", { expires: 600, extraHeaders: ["X-A: b"] });
      equal(publication.state, "publishing");
      const published = heard(publication, "published");
      const first = await far.next("PUBLISH sip:alice@example.com:5060 SIP/2.0");
      equal([header(first, "Content-Type"), header(first, "X-A"), body(first)], ["application/pidf+xml", "b", "<open/>"]);
      far.answer(first, "200 OK", "SIP-ETag: one\nExpires: 600");
      const { expires, refresh, response } = await published;
      equal([expires, refresh, response.statusCode, publication.state], [600, false, 200, "published"]);

      const updated = publication.update("away", { contentType: "text/plain" });
      const second = await far.next("PUBLISH");
      equal([header(second, "SIP-If-Match"), header(second, "Content-Type"), body(second)], ["one", "text/plain", "away"]);
      far.answer(second, "200 OK", "SIP-ETag: two\nExpires: 600");
      await updated;

      const ended = heard(publication, "terminated");
      const gone = publication.unpublish();
      const third = await far.next("PUBLISH");
      equal([header(third, "SIP-If-Match"), header(third, "Expires")], ["two", "0"]);
      far.answer(third, "200 OK", "SIP-ETag: three");
      await gone;
      equal([(await ended).cause, publication.state], [null, "terminated"]);
      const late = await failing(() => publication.update("back"));
      equal([late.code, late.message], ["ERR_INVALID_STATE", "update: the publication has ended: publish() anew"]);
      phone.free();
    }),

  anUpdateThatFailsRejects: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const publication = phone.publish("presence", "<open/>");
      const published = heard(publication, "published");
      far.answer(await far.next("PUBLISH"), "200 OK", "SIP-ETag: one");
      await published;
      const failed = failing(() => publication.update("away"));
      far.answer(await far.next("PUBLISH"), "403 Forbidden");
      equal((await failed).sipCause, "Rejected");
      equal(publication.state, "terminated");
      phone.free();
    }),

  optionsResolveWithTheAnswer: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      const asked = phone.options("bob");
      far.answer(await far.next("OPTIONS sip:bob@example.com:5060 SIP/2.0"), "200 OK", "Allow: INVITE, ACK");
      const response = await asked;
      equal([response.statusCode, response.getHeaders("Allow")], [200, ["INVITE", "ACK"]]);
      const failed = failing(() => phone.options("carol"));
      far.answer(await far.next("OPTIONS"), "404 Not Found");
      equal((await failed).response.statusCode, 404);
      phone.free();
    }),

  wrongArgumentsAreRefusedAtOnce: (make) =>
    withFarSide({}, async (far) => {
      const phone = device(make);
      refusesAtOnce(phone, {
        subscribe: [[], ["bob"], [7, "presence"], ["", "presence"], ["bob", "not a token"], ["bob", "presence", { expires: -1 }], ["bob", "presence", { accept: 7 }], ["bob", "presence", { extraHeaders: ["Via: x"] }]],
        publish: [[], ["presence"], ["presence", 7], ["a b", "c"], ["presence", "c", { contentType: 7 }], ["presence", "c", { contentType: "a\r\nb" }]],
        options: [[], [7], [""]],
      });
      equal(far.sockets.length, 0, "nothing was connected");
      const rejections = await collecting("unhandledrejection", async () => {
        phone.options("bob");
        phone.publish("presence", "a").update("b");
        phone.subscribe("bob", "presence").unsubscribe();
        await turn();
        phone.free();
      });
      equal(rejections.length, 0);
    }),
};

export const run = async (name, make) => scenarios[name](make);
