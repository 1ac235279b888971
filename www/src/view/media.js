// Sound: which devices, how loud, and how good the connection has been over the last minutes.
import { element, parts, say } from "../dom.js";
import { WARNINGS, quality } from "../words.js";

/** The mean opinion scores at the top and the bottom of the curve. */
const [BEST, WORST] = [4.5, 1];
/** How wide the curve is, in samples, and how high, in units of its own. */
const [SPAN, HEIGHT] = [120, 40];

/** Shows devices and levels of who is signed in, and the quality of the current call. */
export function showMedia(root, phone) {
  const [microphone, speaker, input, output, curve, figures, warnings] =
    parts(root, "microphone", "speaker", "input", "output", "curve", "figures", "warnings");
  microphone.addEventListener("change", () => phone.choose("microphone", microphone.value));
  speaker.addEventListener("change", () => phone.choose("speaker", speaker.value));
  phone.addEventListener("levels", ({ detail }) => {
    if (detail.call !== phone.current?.handle) return;
    input.value = loudness(detail.input ?? 0);
    output.value = loudness(detail.output);
  });

  function render() {
    root.hidden = phone.stage !== "signed-in";
    if (root.hidden) return;
    list(microphone, phone.microphones);
    list(speaker, phone.speakers);
    const call = phone.current;
    if (!call) input.value = output.value = 0;
    const samples = call?.samples ?? [];
    const [line, area] = curves(samples);
    curve.querySelector("polyline").setAttribute("points", line);
    curve.querySelector("polygon").setAttribute("points", area);
    say(figures, samples.length > 0 ? quality(samples.at(-1)) : "The quality of a call, second by second.");
    say(warnings, [...(call?.warnings ?? [])].map((name) => WARNINGS[name] ?? name).join(" · "));
  }

  return { render };
}

/** A level as the ear hears it: the bar covers 50 dB. */
export const loudness = (level) => Math.max(0, 1 + Math.log10(Math.max(level, 1e-6)) / 2.5);

/** The curve and what is under it. The newest sample is at the right; where there was no score, the curve is at the bottom. */
function curves(samples) {
  const first = SPAN - samples.length;
  const line = samples.map(({ mos }, index) => {
    const height = ((mos ?? WORST) - WORST) / (BEST - WORST);
    return `${first + index},${((1 - height) * HEIGHT).toFixed(1)}`;
  }).join(" ");
  return [line, line && `${first},${HEIGHT} ${line} ${SPAN - 1},${HEIGHT}`];
}

/** Fills a list with devices where they are others than before. */
function list(select, devices) {
  const options = [{ deviceId: "default", label: "Default" }, ...devices.filter(({ deviceId }) => deviceId && deviceId !== "default")];
  const known = [...select.options].map(({ value, text }) => `${value} ${text}`).join();
  if (known === options.map(({ deviceId, label }) => `${deviceId} ${label}`).join()) return;
  const chosen = select.value;
  select.replaceChildren(...options.map(({ deviceId, label }) => element("option", { value: deviceId }, label)));
  select.value = options.some(({ deviceId }) => deviceId === chosen) ? chosen : "default";
}
