// The dial pad with its target field, and the quick calls to people and robots of the embedded server.
import { alertIn, element, part, parts, say } from "../dom.js";
import { isAtHome } from "../settings.js";
import { isMishap, outcome } from "../words.js";
import { buildPad } from "./pad.js";

/** Shows the dialer while nothing else goes on, or another call is to be added; it takes keys from the whole page. */
export function showDialer(root, phone, { accounts, robots }) {
  const form = root.querySelector("form");
  const field = form.elements.target;
  const [back, ending, erase, problem, quick, people] = parts(root, "back", "outcome", "erase", "problem", "quick", "people");
  let lastDialed = "";
  let peopleFor;

  const flash = buildPad(part(root, "pad"), (digit) => {
    field.setRangeText(digit, field.selectionStart, field.selectionEnd, "end");
    edited();
  });
  back.addEventListener("click", () => phone.add(false));
  erase.addEventListener("click", () => {
    field.value = field.value.slice(0, -1);
    edited();
  });
  field.addEventListener("input", edited);
  field.addEventListener("keydown", ({ key }) => flash(key));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dial();
  });
  part(root, "robots").append(...robots.map(({ name, does }) => chip(name, element("small", {}, does))));

  function edited() {
    erase.hidden = field.value === "";
    alertIn(problem);
  }

  function chip(name, ...more) {
    const button = element("button", { type: "button", className: "chip", data: { testid: `quick-${name}` } }, element("b", {}, name), ...more);
    button.addEventListener("click", () => call(name));
    return button;
  }

  /** Calls what stands in the field; where nothing does, what was called last comes back. */
  function dial() {
    const target = field.value.trim();
    if (target) {
      call(target);
    } else if (lastDialed) {
      field.value = lastDialed;
      edited();
    } else {
      alertIn(problem, "Whom do you want to call?");
      focus();
    }
  }

  function call(target) {
    try {
      phone.dial(target);
    } catch (error) {
      alertIn(problem, `This cannot be called: ${error.message}`);
      return;
    }
    lastDialed = target;
    clear();
  }

  function clear() {
    const had = field.value !== "";
    field.value = "";
    edited();
    return had;
  }

  function focus() {
    field.focus();
  }

  function render() {
    const wasHidden = root.hidden;
    root.hidden = phone.stage !== "signed-in" || Boolean(phone.current && !phone.adding);
    if (root.hidden) return;
    back.hidden = !phone.current;
    say(back, `Back to ${phone.current?.name}`);
    const { account } = phone;
    // What was is over when somebody calls.
    const lastCall = phone.incoming ? undefined : phone.lastCall;
    say(ending, lastCall ? outcome(lastCall) : "");
    ending.dataset.tone = lastCall && isMishap(lastCall) ? "bad" : "";
    quick.hidden = robots.length === 0 || !isAtHome(account);
    if (peopleFor !== account.username) {
      peopleFor = account.username;
      people.replaceChildren(...accounts.filter(({ user }) => user !== peopleFor).map(({ user }) => chip(user)));
    }
    // Where a finger is the pointer, focus would raise the keyboard over half of the phone.
    if (wasHidden && matchMedia("(pointer: fine)").matches) focus();
  }

  return { render, dial, clear, focus };
}
