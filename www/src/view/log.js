// The SIP messages as they pass, as a ladder between this page and its server: an arrow each, the whole text on demand.
import { element, parts, say } from "../dom.js";

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });

/** Shows the SipLog of a phone. */
export function showLog(root, phone) {
  const { log } = phone;
  const [list, count, hint, clear, empty, server] = parts(root, "list", "count", "hint", "clear", "empty", "server");
  let isAtEnd = true;
  clear.addEventListener("click", () => log.clear());

  log.addEventListener("added", ({ detail }) => {
    list.append(detail.mark ? mark(detail) : row(detail));
    summarize();
    say(server, phone.account?.host ?? "Server");
    follow();
  });
  log.addEventListener("dropped", () => {
    list.firstElementChild.remove();
    summarize();
  });
  log.addEventListener("cleared", () => {
    list.replaceChildren();
    isAtEnd = true;
    summarize();
  });

  // Who reads further up is not torn away from there.
  const look = () => (isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40);
  list.addEventListener("scroll", look);
  list.addEventListener("toggle", look, { capture: true });
  new ResizeObserver(follow).observe(list);

  function follow() {
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  function summarize() {
    const isEmpty = log.entries.length === 0;
    say(count, isEmpty ? "" : String(log.messages.length));
    empty.hidden = !isEmpty;
    hint.hidden = isEmpty;
    clear.disabled = isEmpty;
  }

  summarize();
}

/** What happened between two messages, across the ladder. */
function mark({ time, mark: text, tone }) {
  return element("li", { className: "mark", data: { tone, testid: "sip-mark" } },
    element("time", { dateTime: time.toISOString() }, CLOCK.format(time)), element("span", {}, text));
}

function row({ direction, time, start, method, text }) {
  // A challenge is half of every sign-in and no failure.
  const challenge = /^SIP\/2\.0 (401|407) /.test(start);
  const answer = /^SIP\/2\.0 (\d)\d\d .*$/.exec(start);
  const [main, rest] = answer ? [start.slice("SIP/2.0 ".length), method] : splitAtSpace(start.replace(/ SIP\/2\.0$/, ""));
  const details = element("details", {},
    element("summary", {},
      element("time", { dateTime: time.toISOString() }, CLOCK.format(time)),
      element("span", { className: "rung" },
        element("span", { className: "way", ariaLabel: direction === "out" ? "sent" : "received", role: "img" }),
        element("b", {}, main),
        element("span", { className: "rest" }, rest))));
  // The text is built when it is first looked at: most never are.
  details.addEventListener("toggle", () => details.append(element("pre", { tabIndex: 0 }, ...colored(text))), { once: true });
  return element("li", { data: { direction, kind: challenge ? "challenge" : answer ? `${answer[1]}xx` : "request", testid: "sip-message" } }, details);
}

function splitAtSpace(line) {
  const at = line.indexOf(" ");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}

/** The start line and the header names stand out, the body stays plain. */
function* colored(text) {
  const [head, ...body] = text.split(/\r?\n\r?\n/);
  const [start, ...headers] = head.split(/\r?\n/);
  yield element("b", {}, start);
  for (const line of headers) {
    const name = /^[^\s:]+(?=\s*:)/.exec(line)?.[0] ?? "";
    yield "\n";
    yield element("span", { className: "header-name" }, name);
    yield line.slice(name.length);
  }
  if (body.length > 0) yield `\n\n${body.join("\n\n")}`;
}
