// The twelve keys of a telephone.
import { element } from "../dom.js";

const KEYS = [
  ["1", ""], ["2", "abc"], ["3", "def"],
  ["4", "ghi"], ["5", "jkl"], ["6", "mno"],
  ["7", "pqrs"], ["8", "tuv"], ["9", "wxyz"],
  ["*", ""], ["0", ""], ["#", ""],
];

/** Fills `container` with keys that hand their digit to `press`; returns a function that flashes one. */
export function buildPad(container, press) {
  const buttons = new Map(KEYS.map(([digit, letters]) => {
    const button = element("button", { type: "button", className: "key", data: { digit } }, element("b", {}, digit), element("small", {}, letters));
    button.addEventListener("click", () => press(digit));
    return [digit, button];
  }));
  container.append(...buttons.values());
  return (digit) => {
    buttons.get(digit)?.animate([{ filter: "brightness(0.8)" }, { filter: "none" }], 200);
  };
}

/** Whether a character is on the pad. */
export const isPadKey = (key) => KEYS.some(([digit]) => digit === key);
