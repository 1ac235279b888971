// The phone under the keyboard: Enter answers or dials, Escape declines or hangs up, digits go to the pad.

/** Listens on the whole page; `dialer` and `call` are the views that take what is typed. */
export function listenToKeys(phone, { dialer, call }) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || phone.stage !== "signed-in") return;
    if (handle(event)) event.preventDefault();
  });

  function handle({ key, target, repeat }) {
    if (key === "Escape") return !repeat && escape();
    if (key === "Enter") return !repeat && enter(target);
    if (key.length > 1 || key === " " || target.matches("input")) return false;
    if (phone.current && !phone.adding) return call.type(key);
    // The key itself then lands in the field.
    dialer.focus();
    return false;
  }

  function escape() {
    if (phone.adding) {
      phone.add(false);
      return true;
    }
    const call = phone.incoming ?? phone.current;
    call?.hangUp();
    return Boolean(call) || dialer.clear();
  }

  function enter(target) {
    // A focused control does what it says, and not something else.
    if (target.matches("button, summary, a")) return false;
    if (phone.incoming) phone.answer();
    else if ((!phone.current || phone.adding) && !target.matches("input")) dialer.dial();
    else return false;
    return true;
  }
}
