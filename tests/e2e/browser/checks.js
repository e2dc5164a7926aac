// What a screen reader could only call "button".
function nameless() {
  const controls = document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea:not([hidden])");
  return [...controls]
    .filter((control) => {
      if (!control.checkVisibility()) return false;
      const label = control.labels?.length ? control.labels[0].textContent : "";
      return !(control.getAttribute("aria-label") || label.trim() || control.textContent.trim() || control.title);
    })
    .map((control) => control.outerHTML.slice(0, 160));
}

// Texts whose contrast is below WCAG's 4.5.
function faint() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = rgba(getComputedStyle(at).backgroundColor);
      if (found[3] > 250) return found;
    }
    return [255, 255, 255, 255];
  };
  const channel = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const found = new Set();
  for (const element of document.querySelectorAll("main *, aside *, header *")) {
    const says = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (!says || !element.checkVisibility({ checkOpacity: true })) continue;
    if (element.closest(".visually-hidden, option, .cm-editor")) continue;
    const [light, dark] = [luminance(rgba(getComputedStyle(element).color)), luminance(background(element))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) found.add(`${contrast.toFixed(2)} ${element.className} ${element.textContent.trim().slice(0, 40)}`);
  }
  return [...found];
}
