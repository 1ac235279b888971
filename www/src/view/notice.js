// A text message that came in.
import { parts, say } from "../dom.js";

/** Shows the last text message until it is dismissed. */
export function showNotice(root, phone) {
  const [from, text, dismiss] = parts(root, "from", "text", "dismiss");
  dismiss.addEventListener("click", () => phone.dismissNotice());

  function render() {
    root.hidden = !phone.notice;
    say(from, phone.notice?.from ?? "");
    say(text, phone.notice?.text ?? "");
  }

  return { render };
}
