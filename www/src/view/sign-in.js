// The sign-in form, filled in for the server that delivered the page.
import { alertIn, element, parts, say } from "../dom.js";
import { isAtHome } from "../settings.js";

/** Shows the form until somebody is signed in; `offered` are the accounts to choose from. */
export function showSignIn(root, phone, suggestion, offered) {
  const form = root.querySelector("form");
  const fields = form.elements;
  const [problem, progress, submit, cancel, accounts] = parts(root, "problem", "progress", "submit", "cancel", "accounts");
  let shown = phone.stage;

  for (const [name, value] of Object.entries(suggestion)) fields[name].value = value;
  accounts.hidden = !isAtHome(suggestion);
  const choices = offered.map(({ user: name, password = "" }) => {
    const button = element("button", { type: "button", className: "chip", data: { testid: `account-${name}` } }, name);
    button.addEventListener("click", () => {
      fields.username.value = name;
      fields.password.value = password;
      markChoice();
    });
    return button;
  });
  accounts.append(...choices);

  function markChoice() {
    for (const choice of choices) choice.ariaPressed = String(choice.textContent === fields.username.value);
    name();
  }

  /** The button says what it does, and as whom. */
  function name() {
    const username = fields.username.value.trim();
    const ready = username ? `Sign in as ${username}` : "Sign in";
    say(submit, { "loading": "Loading…", "signing-in": "Signing in…" }[phone.stage] ?? ready);
  }

  form.addEventListener("input", markChoice);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const empty = [...fields].find((field) => field.required && field.value.trim() === "");
    if (empty) {
      alertIn(problem, `${empty.labels[0].firstChild.textContent.trim()} is missing`);
      // The field may be in the folded part.
      const folded = empty.closest("details");
      if (folded) folded.open = true;
      empty.focus();
      return;
    }
    const account = Object.fromEntries(new FormData(form));
    // A password may begin or end with a space, nothing else does.
    for (const name of ["username", "server", "host", "port"]) account[name] = account[name].trim();
    phone.signIn(account);
  });
  cancel.addEventListener("click", () => phone.signOut());

  function render() {
    const { stage, connection, attempts, account, failure } = phone;
    root.hidden = stage === "signed-in";
    const trying = stage === "signing-in";
    submit.disabled = stage !== "signed-out";
    name();
    cancel.hidden = !trying;
    for (const field of fields) if (field !== cancel && field !== submit) field.readOnly = trying;
    for (const choice of choices) choice.disabled = trying;
    alertIn(problem, stage === "signed-out" ? failure : undefined);
    say(progress, connection === "lost" ? `Cannot reach ${account.server} – trying again (attempt ${attempts})` : "");
    if (stage === "signed-out" && shown !== stage) (failure ? fields.password : submit).focus();
    shown = stage;
  }

  markChoice();
  render();
  return { render };
}
