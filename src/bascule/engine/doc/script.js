// Everything can be read without this: it finds tables by their names, and lights up what belongs to the one under the pointer.
for (const field of document.querySelectorAll("input[data-finds]")) {
  field.hidden = false;
  const rows = [...document.querySelectorAll(field.dataset.finds + " tbody tr")];
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}
for (const drawing of document.querySelectorAll("svg.er")) {
  const lines = [...drawing.querySelectorAll(".line")].map((line) => [line, line.dataset.ends.split("\n")]);
  const light = (name) => {
    drawing.classList.toggle("one", name !== null);
    for (const [line, ends] of lines) line.classList.toggle("lit", name !== null && ends.includes(name));
  };
  for (const box of drawing.querySelectorAll(".box")) {
    for (const event of ["pointerenter", "focus"]) box.addEventListener(event, () => light(box.dataset.table));
    for (const event of ["pointerleave", "blur"]) box.addEventListener(event, () => light(null));
  }
}
