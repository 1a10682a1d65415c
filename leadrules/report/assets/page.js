"use strict";
(() => {
  const told = document.getElementById("charts");
  const { config, specs } = told ? JSON.parse(told.textContent) : { config: {}, specs: {} };

  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.append(tip);

  // texts of a rule set come here, so each line is set as text, never as markup
  function point(_handler, event, _item, value) {
    tip.hidden = value == null || value === "";
    if (tip.hidden) return;
    const lines = typeof value === "object" ? Object.values(value) : [value];
    tip.replaceChildren(...lines.map((line) => Object.assign(document.createElement("span"), { textContent: String(line) })));
    const room = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(event.clientX + 14, innerWidth - room.width - 8))}px`;
    tip.style.top = `${event.clientY + 18 + room.height > innerHeight ? event.clientY - room.height - 10 : event.clientY + 18}px`;
  }

  async function draw(place) {
    try {
      const spec = vegaLite.compile(specs[place.dataset.chart], { config }).spec;
      const view = new vega.View(vega.parse(spec), { renderer: "svg", container: place, hover: true });
      await view.tooltip(point).runAsync();
      place.dataset.drawn = "";
    } catch (mistake) {
      const said = Object.assign(document.createElement("p"), { className: "failed", textContent: `Not drawn: ${mistake.message}` });
      place.replaceChildren(said);
      console.error(mistake);
    }
  }

  const number = (text) => parseFloat(text.replace(/,/g, "").replace(/^\+/, ""));

  function order(one, other) {
    const [a, b] = [number(one), number(other)];
    if (Number.isNaN(a) && Number.isNaN(b)) return one.localeCompare(other);
    return Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b;
  }

  function sort(head) {
    const body = head.closest("table").tBodies[0], place = head.cellIndex;
    const up = head.getAttribute("aria-sort") === "descending" || (head.getAttribute("aria-sort") === "none" && !head.classList.contains("number"));
    for (const other of head.parentElement.cells) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const rows = [...body.rows].map((row) => [row.cells[place].textContent, row]);
    rows.sort(([one], [other]) => (up ? order(one, other) : order(other, one)));
    body.append(...rows.map(([, row]) => row));
  }

  for (const button of document.querySelectorAll(".sorts th button")) button.addEventListener("click", () => sort(button.parentElement));
  Promise.all([...document.querySelectorAll("[data-chart]")].map(draw)).then(() => (document.body.dataset.ready = ""));
})();
