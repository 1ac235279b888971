import { equal, ok, replacing } from "./assert.js";
import { header, withFarSide } from "./far_side.js";

const PREFIX = "telnyx-device.instance ";

const device = (make, more) =>
  make({ host: "example.com", port: 5060, username: "alice", password: "sesame-open", logLevel: "off", ...more });

/** Registers, and gives the instance id that the REGISTER has. */
async function instance(far, phone) {
  phone.register();
  const contact = header(await far.next("REGISTER"), "Contact");
  return /\+sip\.instance="<urn:uuid:([0-9a-f-]{36})>"/.exec(contact)[1];
}

const stored = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));

/** Each test is a tab of its own. */
const inTab = (work) => {
  stored().forEach((key) => sessionStorage.removeItem(key));
  return withFarSide({}, work);
};

/** A page that is about to go still has the device with this id; gives what lets it go. */
async function stays(id) {
  let leave;
  const left = new Promise((resolve) => (leave = resolve));
  await new Promise((resolve) => navigator.locks.request(PREFIX + id, () => (resolve(), left)));
  return leave;
}

const scenarios = {
  anIdOutlivesItsDevice: (make) =>
    inTab(async (far) => {
      const first = device(make);
      ok(stored().length === 0, "nothing is stored before it is needed");
      const id = await instance(far, first);
      first.free();
      await far.next("REGISTER"); // the farewell
      const second = device(make);
      equal(await instance(far, second), id);
      second.free();
    }),

  devicesOfOnePageHaveTheirOwn: (make) =>
    inTab(async (far) => {
      const phones = [device(make), device(make), device(make, { username: "bob" })];
      const ids = [];
      for (const phone of phones) ids.push(await instance(far, phone));
      equal(new Set(ids).size, 3);
      phones[1].free();
      await far.next("REGISTER");
      const again = device(make);
      equal(await instance(far, again), ids[1]);
      for (const phone of [...phones.filter((it) => it !== phones[1]), again]) phone.free();
    }),

  aDuplicatedTabHasItsOwn: (make) =>
    inTab(async (far) => {
      const first = device(make);
      const id = await instance(far, first);
      first.free();
      await far.next("REGISTER");
      let leave;
      const left = new Promise((resolve) => (leave = resolve));
      // The tab that this one is a copy of.
      const other = new Promise((resolve) => navigator.locks.request(PREFIX + id, () => (resolve(), left)));
      await other;
      const second = device(make);
      const own = await instance(far, second);
      ok(own !== id, "not that of the other tab");
      second.free();
      await far.next("REGISTER");
      leave();
      const third = device(make);
      equal(await instance(far, third), own, "kept for the next reload");
      third.free();
    }),

  aReloadedPageWaitsForTheOldOne: (make) =>
    inTab(async (far) => {
      const first = device(make);
      const id = await instance(far, first);
      first.free();
      await far.next("REGISTER");
      const leave = await stays(id);
      const second = device(make);
      second.once("wsConnecting", () => leave());
      equal(await instance(far, second), id);
      second.free();
    }),

  aReloadedPageWaitsLongerWhereCallsWereKept: (make) =>
    inTab(async (far) => {
      const first = device(make);
      const id = await instance(far, first);
      first.free();
      await far.next("REGISTER");
      const leave = await stays(id);
      sessionStorage.setItem(`telnyx-device.calls ${id}`, "what only this device can read");
      const second = device(make);
      // The old page, which takes its time.
      second.once("wsConnecting", () => setTimeout(leave, 1000));
      equal(await instance(far, second), id);
      second.free();
      sessionStorage.removeItem(`telnyx-device.calls ${id}`);
    }),

  withoutStorageOrLocksThereIsAFreshOne: (make) =>
    inTab(async (far) => {
      const forbidden = {
        getItem() {
          throw new DOMException("forbidden", "SecurityError");
        },
      };
      const refused = { request: () => Promise.reject(new DOMException("forbidden", "SecurityError")) };
      const ids = new Set();
      for (const [object, name, value] of [
        [globalThis, "sessionStorage", forbidden],
        [globalThis, "sessionStorage", undefined],
        [navigator, "locks", undefined],
        [navigator, "locks", refused],
      ]) {
        await replacing(object, name, value, async () => {
          const phone = device(make);
          ids.add(await instance(far, phone));
          phone.free();
          await far.next("REGISTER");
        });
      }
      equal(ids.size, 4);
    }),
};

export const run = async (name, make) => scenarios[name](make);
