// Buttons that make things go wrong, each with what to expect, and what came of the last one.
import { element, parts, say } from "../dom.js";
import { GROUPS } from "../faults.js";
import { isAtHome } from "../settings.js";
import { consequence } from "../words.js";

/** Shows the Faults of a phone while somebody is signed in at the server that has the door. */
export function showFaults(root, phone, faults) {
  const [story, told, mend, groups] = parts(root, "story", "told", "mend", "groups");
  mend.addEventListener("click", () => faults.mend());
  groups.append(...GROUPS.map(({ title, faults: members }, index) => {
    const heading = element("h3", { id: `faults-${index}` }, title);
    const list = element("div", { role: "group" }, ...members.map((fault) => button(fault, faults)));
    list.setAttribute("aria-labelledby", heading.id);
    return element("section", {}, heading, list);
  }));
  // Where there is room, nothing needs to be folded.
  root.querySelector("details").open = matchMedia("(min-width: 78rem)").matches;

  function render() {
    root.hidden = phone.stage !== "signed-in" || !isAtHome(phone.account);
    if (root.hidden) return;
    story.hidden = !faults.last;
    if (faults.last) say(told, consequence(faults.last, phone.outage));
  }

  faults.addEventListener("change", render);
  return { render };
}

/** A fault's button, and what there is to choose beside it. */
function button(fault, faults) {
  const { name, title, expect, choices } = fault;
  const expectation = element("small", { id: `fault-${name}` }, expect);
  const press = element("button", { type: "button", data: { testid: `fault-${name}` } }, title);
  press.setAttribute("aria-describedby", expectation.id);
  const select = choices && element("select", { ariaLabel: title, data: { testid: `choice-${name}` } },
    ...choices.map(([value, text]) => element("option", { value }, text)));
  press.addEventListener("click", () => faults.strike(fault, select?.value));
  return element("div", { className: "fault" }, press, ...(select ? [select] : []), expectation);
}
