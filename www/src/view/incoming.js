// The card of a call that waits for an answer.
import { parts, say } from "../dom.js";

/** Shows the waiting call with its two answers. */
export function showIncoming(root, phone) {
  const [name, note, answer, label, decline] = parts(root, "name", "note", "answer", "answer-label", "decline");
  answer.addEventListener("click", () => phone.answer());
  decline.addEventListener("click", () => phone.incoming.hangUp());

  function render() {
    const { incoming, current } = phone;
    const wasHidden = root.hidden;
    root.hidden = !incoming;
    if (incoming && wasHidden) root.scrollIntoView({ block: "nearest" });
    document.title = incoming ? `${incoming.name} is calling` : "Softphone";
    say(name, incoming ? `${incoming.name} is calling` : "");
    say(note, incoming?.address ?? "");
    say(label, current ? "Hold & answer" : "Answer");
  }

  return { render };
}
