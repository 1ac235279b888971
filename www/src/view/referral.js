// The card of a far side that asks to be transferred: nobody is called without consent.
import { parts, say } from "../dom.js";

/** Shows what is asked for, with its two answers. */
export function showReferral(root, phone) {
  const [text, agree, refuse] = parts(root, "text", "agree", "refuse");
  agree.addEventListener("click", () => phone.answerReferral(true));
  refuse.addEventListener("click", () => phone.answerReferral(false));

  function render() {
    const { referral } = phone;
    root.hidden = !referral;
    say(text, referral ? `${referral.name} would connect you with ${referral.target}` : "");
  }

  return { render };
}
