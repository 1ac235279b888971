// The call that goes on: who, since when, and what can be done with it.
import { initial, part, parts, say } from "../dom.js";
import { CALL_STATES, duration } from "../words.js";
import { buildPad, isPadKey } from "./pad.js";

/** Shows the current call; it takes digits from the whole page. */
export function showCall(root, phone) {
  const [avatar, name, address, state, timer, tones, digits, mute, hangUp, keypad] =
    parts(root, "avatar", "name", "address", "state", "timer", "tones", "digits", "mute", "hang-up", "keypad");
  let shown;
  let clock;

  const flash = buildPad(part(root, "pad"), (digit) => phone.current.sendDigit(digit));
  mute.addEventListener("click", () => phone.current.toggleMute());
  hangUp.addEventListener("click", () => phone.current.hangUp());
  keypad.addEventListener("click", () => openKeypad(tones.hidden));

  function openKeypad(open) {
    tones.hidden = !open;
    keypad.ariaExpanded = String(open);
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
    root.hidden = !call;
    if (call !== shown) begin(call);
    if (!call) return;
    const talking = call.state === "connected";
    root.dataset.state = call.state;
    say(state, CALL_STATES[call.state]);
    say(digits, call.digits);
    tick();
    mute.ariaPressed = String(call.muted);
    mute.querySelector("use").setAttribute("href", call.muted ? "#icon-mic-off" : "#icon-mic");
    say(mute.querySelector("span"), call.muted ? "Unmute" : "Mute");
    keypad.disabled = !talking;
  }

  function begin(call) {
    shown = call;
    clearInterval(clock);
    openKeypad(false);
    if (!call) return;
    clock = setInterval(tick, 250);
    say(avatar, initial(call.name));
    say(name, call.name);
    say(address, call.address === call.name ? "" : call.address);
    root.focus({ preventScroll: true });
    root.closest("main").scrollIntoView();
  }

  return { render, type };
}
