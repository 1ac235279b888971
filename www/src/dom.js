// The few lines that spare every view from spelling out the DOM.

/** The element of a view that its HTML names with `data-part`. */
export const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

/** Several of them, in the order of their names. */
export const parts = (root, ...names) => names.map((name) => part(root, name));

/** A new element with properties and children. */
export function element(tag, properties = {}, ...children) {
  const { data = {}, ...own } = properties;
  const made = Object.assign(document.createElement(tag), own);
  Object.assign(made.dataset, data);
  made.append(...children);
  return made;
}

/** Sets a text only where it changed, so that a live region speaks once. */
export function say(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Shows an alert, or hides it where there is nothing to tell. */
export function alertIn(target, text) {
  target.hidden = !text;
  say(target, text ?? "");
}

/** What stands for a person without a picture: the first letter. */
export const initial = (name) => (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? "#").toUpperCase();
