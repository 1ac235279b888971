// Whether what a page says can be read: the contrast of WCAG 2.2, 1.4.3.

/** Runs in the page: the visible texts whose contrast with what is behind them is below 4.5, disabled controls aside. */
export function faintTexts() {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  // Any color that CSS can write, painted over what is behind it.
  function paint(color, behind) {
    canvas.fillStyle = `rgb(${behind})`;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }

  function backdrop(element) {
    if (!element) return [255, 255, 255];
    return paint(getComputedStyle(element).backgroundColor, backdrop(element.parentElement));
  }

  function luminance(rgb) {
    const [red, green, blue] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(element) {
    const behind = backdrop(element);
    const [low, high] = [luminance(behind), luminance(paint(getComputedStyle(element).color, behind))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  return [...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility() && !element.closest(":disabled, svg"))
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))
    .map((element) => ({ text: element.textContent.trim().slice(0, 40), contrast: Math.round(contrast(element) * 100) / 100 }))
    .filter(({ contrast }) => contrast < 4.5);
}
