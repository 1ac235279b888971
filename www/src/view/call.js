// The call that goes on: who, since when, and what can be done with it.
import { alertIn, element, initial, part, parts, say } from "../dom.js";
import { callState, duration } from "../words.js";
import { loudness } from "./media.js";
import { buildPad, isPadKey } from "./pad.js";

/** Shows the current call; it takes digits from the whole page. */
export function showCall(root, phone) {
  const [avatar, name, address, state, timer, tones, digits, mute, hangUp, keypad] =
    parts(root, "avatar", "name", "address", "state", "timer", "tones", "digits", "mute", "hang-up", "keypad");
  const [hold, add, transfer, moving, connect, problem, others] = parts(root, "hold", "add", "transfer", "moving", "connect", "problem", "others");
  const { target } = moving.elements;
  let shown;
  let clock;

  const flash = buildPad(part(root, "pad"), (digit) => phone.current.sendDigit(digit));
  mute.addEventListener("click", () => phone.current.toggleMute());
  hangUp.addEventListener("click", () => phone.current.hangUp());
  keypad.addEventListener("click", () => openKeypad(tones.hidden));
  // The picture of who speaks grows a ring.
  phone.addEventListener("levels", ({ detail }) => {
    if (detail.call === phone.current?.handle) avatar.style.setProperty("--loudness", loudness(detail.output).toFixed(2));
  });
  hold.addEventListener("click", () => phone.current.toggleHold());
  add.addEventListener("click", () => phone.add(true));
  transfer.addEventListener("click", () => openTransfer(moving.hidden));
  moving.addEventListener("submit", (event) => {
    event.preventDefault();
    if (target.value.trim()) transferTo(target.value.trim());
  });

  function openKeypad(open) {
    tones.hidden = !open;
    keypad.ariaExpanded = String(open);
    if (open) openTransfer(false);
  }

  function openTransfer(open) {
    moving.hidden = !open;
    transfer.ariaExpanded = String(open);
    alertIn(problem);
    if (!open) return;
    openKeypad(false);
    target.value = "";
    target.focus();
  }

  function transferTo(whom) {
    try {
      phone.current.transferTo(whom);
      openTransfer(false);
    } catch (error) {
      alertIn(problem, `Nobody can be transferred there: ${error.message}`);
    }
  }

  /** A button for each call beside this one, built anew only where they are others. */
  function showOthers() {
    const calls = phone.others;
    const connectable = calls.filter(({ state }) => state === "connected");
    offer(others, calls, (call) => `${call.name} – ${callState(call)}`, (call) => phone.swapTo(call));
    offer(connect, connectable, ({ name }) => `Connect with ${name}`, transferTo);
  }

  /** Sends a digit that was typed; false where the key is none or nobody would hear it. */
  function type(key) {
    if (!isPadKey(key) || phone.current.state !== "connected") return false;
    openKeypad(true);
    flash(key);
    phone.current.sendDigit(key);
    return true;
  }

  function tick() {
    const { answeredAt } = phone.current;
    say(timer, answeredAt ? duration(Date.now() - answeredAt) : "");
  }

  function render() {
    const call = phone.current;
    root.hidden = !call || phone.adding;
    if (call !== shown) begin(call);
    if (!call) return;
    const talking = call.state === "connected";
    root.dataset.state = call.hold.local || call.hold.remote ? "held" : call.state;
    say(state, callState(call));
    say(digits, call.digits);
    tick();
    mute.ariaPressed = String(call.muted);
    mute.querySelector("use").setAttribute("href", call.muted ? "#icon-mic-off" : "#icon-mic");
    say(mute.querySelector("span"), call.muted ? "Unmute" : "Mute");
    for (const button of [keypad, hold, transfer]) button.disabled = !talking;
    hold.ariaPressed = String(call.hold.local);
    say(hold.querySelector("span"), call.hold.local ? "Resume" : "Hold");
    showOthers();
  }

  function begin(call) {
    shown = call;
    clearInterval(clock);
    openKeypad(false);
    openTransfer(false);
    if (!call) return;
    clock = setInterval(tick, 250);
    avatar.style.removeProperty("--loudness");
    say(avatar, initial(call.name));
    say(name, call.name);
    say(address, call.address === call.name ? "" : call.address);
    root.focus({ preventScroll: true });
    root.closest("main").scrollIntoView();
  }

  return { render, type };
}

/** Fills `place` with a button for each call that does `act`; those that are there already stay, and with them the focus. */
function offer(place, calls, text, act) {
  place.hidden = calls.length === 0;
  const names = calls.map(text);
  const buttons = [...place.children];
  if (buttons.length !== calls.length || buttons.some((button, index) => button.call !== calls[index])) {
    place.replaceChildren(...calls.map((call) => {
      const button = element("button", { type: "button", className: "chip", call, data: { testid: `${place.dataset.part === "connect" ? "connect" : "other"}-call` } });
      button.addEventListener("click", () => act(call));
      return button;
    }));
  }
  names.forEach((name, index) => say(place.children[index], name));
}
