// What a phone sounds like while nobody has answered yet: it rings, and the caller hears the far side ring.

/** Tones in hertz, each with its start and length in seconds, and the seconds after which they repeat. */
const RING = { every: 3, tones: [[659, 0, 0.35], [880, 0.18, 0.5], [659, 0.9, 0.35], [880, 1.08, 0.5]] };
const RING_BACK = { every: 5, tones: [[425, 0, 1]] };
const LOUDNESS = 0.06;

/** Rings for the calls of a phone. */
export class Ringer {
  #phone;
  #context;
  #pattern;
  #timer;
  #sounding = [];

  constructor(phone) {
    this.#phone = phone;
  }

  render() {
    const { incoming, current } = this.#phone;
    // A second call only shows itself: nobody wants a bell in the middle of a sentence.
    const wanted = current?.state === "ringing" ? RING_BACK : incoming && !current ? RING : undefined;
    if (wanted === this.#pattern) return;
    this.#stop();
    this.#pattern = wanted;
    if (!wanted) return;
    this.#context ??= new AudioContext();
    this.#play();
    this.#timer = setInterval(() => this.#play(), wanted.every * 1000);
  }

  #play() {
    const context = this.#context;
    // Without a click on the page so far the browser keeps it silent, and the page shows the call all the same.
    if (context.state === "suspended") context.resume();
    this.#sounding = this.#pattern.tones.map(([frequency, start, length]) => {
      const from = context.currentTime + start;
      const tone = new OscillatorNode(context, { frequency });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setTargetAtTime(LOUDNESS, from, 0.01);
      gain.gain.setTargetAtTime(0, from + length - 0.1, 0.03);
      tone.connect(gain).connect(context.destination);
      tone.start(from);
      tone.stop(from + length + 0.2);
      return tone;
    });
  }

  #stop() {
    clearInterval(this.#timer);
    for (const tone of this.#sounding) tone.disconnect();
    this.#sounding = [];
  }
}
