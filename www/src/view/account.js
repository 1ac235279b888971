// Who is signed in, and whether calls can come and go.
import { element, initial, parts, say } from "../dom.js";
import { status } from "../words.js";

/** Shows the account with its connection and registration state. */
export function showAccount(root, phone) {
  const [avatar, name, line, reconnect, signOut] = parts(root, "avatar", "name", "status", "reconnect", "sign-out");
  reconnect.addEventListener("click", () => phone.reconnect());
  signOut.addEventListener("click", () => phone.signOut());

  function render() {
    const wasHidden = root.hidden;
    root.hidden = phone.stage !== "signed-in";
    if (root.hidden) return;
    if (wasHidden) root.closest("main").scrollIntoView();
    const { username, host } = phone.account;
    const { tone, text, detail } = status(phone);
    say(avatar, initial(username));
    say(name, username);
    name.title = `sip:${username}@${host}`;
    root.dataset.tone = tone;
    line.dataset.connection = phone.connection;
    line.dataset.registration = phone.registration;
    // The number of the attempt is for the eye: a screen reader need not hear each.
    if (line.firstChild?.textContent !== text) line.replaceChildren(text, element("small", { ariaHidden: "true" }));
    say(line.lastChild, detail);
    reconnect.hidden = tone !== "bad";
  }

  return { render };
}
