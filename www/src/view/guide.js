// What to try first, for whoever sees the page for the first time: steps that are ticked off as they are taken.
import { element, parts } from "../dom.js";
import { isAtHome } from "../settings.js";

/** Shows the steps at the server that delivered the page, until they are hidden. */
export function showGuide(root, phone, suggestion, { accounts, control }) {
  const [list, hide] = parts(root, "steps", "hide");
  const people = accounts.map(({ user }) => user);
  let isWanted = true;
  hide.addEventListener("click", () => {
    isWanted = false;
    render();
  });

  const talksTo = (isMeant) => phone.calls.some(({ state, name }) => state === "connected" && isMeant(name));
  const cutting = [() => phone.outage?.calls > 0, "In the call, open ", element("b", {}, "Break something"), " and press ", element("b", {}, "Cut it"), "."];
  const steps = [
    [() => phone.stage === "signed-in", "Sign in; the password is filled in."],
    [() => talksTo((name) => name === "echo"), "Call ", element("b", {}, "echo"), " and hear yourself."],
    ...(control ? [cutting] : []),
    [() => talksTo((name) => people.includes(name)), "Open ", other(), " in another tab, and call each other."],
  ].map(([isTaken, ...text]) => ({ isTaken, item: element("li", {}, element("span", {}, ...text)) }));
  list.append(...steps.map(({ item }) => item));

  /** A link to the page for somebody else than who is here. */
  function other() {
    const link = element("a", { target: "_blank" });
    const name = () => {
      const user = people.find((user) => user !== (phone.account ?? suggestion).username) ?? people[0];
      const url = new URL(location);
      url.searchParams.set("user", user);
      link.href = url;
      link.textContent = user;
    };
    phone.addEventListener("change", name);
    name();
    return link;
  }

  function render() {
    root.hidden = !isWanted || !isAtHome(phone.account ?? suggestion);
    for (const { isTaken, item } of steps) {
      if (!item.dataset.taken && isTaken()) {
        item.dataset.taken = "true";
        item.firstChild.append(element("span", { className: "only-heard" }, " Done."));
      }
    }
  }

  render();
  return { render };
}
