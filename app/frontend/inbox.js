// @ts-check
/** The inbox: an area to watch is drawn on a map; its corners stand in the form, where they can be written too. */

import { AwayError, CityData } from "./data.js";
import { byId } from "./dom.js";
import { readCorners, writeCorners } from "./geometry/corners.js";
import { DrawingMap } from "./map/drawing.js";
import { readPage } from "./page.js";
import { notify } from "./panels/notices.js";
import { onTheme } from "./panels/theme.js";
import { gettext, setMessages } from "./text.js";

const page = readPage();
setMessages(page.messages);
const field = /** @type {HTMLTextAreaElement} */ (byId("area"));
const told = byId("area-told");
const drawButton = byId("area-draw");

/** @param {GeoJSON.Geometry} geometry */
function take(geometry) {
  field.value = writeCorners(geometry);
  told.textContent = gettext("Drawn. Its corners can be dragged.");
}

const map = new DrawingMap(byId("map"), page, new CityData("/api/map"), {
  drawn: (geometry) => {
    take(geometry);
    show(geometry);
    drawButton.setAttribute("aria-pressed", "false");
  },
  edited: (_key, geometry) => take(geometry),
  moving: () => {},
  chosen: () => {},
  stop: () => {},
});

/** @param {GeoJSON.Geometry | null} geometry */
function show(geometry) {
  const part = { key: 1, role: "footprint", mode: null, name: null, width_m: null, first_on: null, last_on: null };
  map.showParts(geometry ? [{ ...part, geometry }] : [], geometry ? 1 : null);
}

drawButton.addEventListener("click", () => {
  const begins = drawButton.getAttribute("aria-pressed") !== "true";
  drawButton.setAttribute("aria-pressed", String(begins));
  if (begins) {
    show(null);
    map.draw("polygon");
    told.textContent = gettext("Touch the corners one after another, and the first one again to end.");
  } else map.cancel();
});
byId("area-clear").addEventListener("click", () => {
  map.cancel();
  drawButton.setAttribute("aria-pressed", "false");
  field.value = "";
  told.textContent = "";
  show(null);
});
field.addEventListener("change", () => {
  const geometry = readCorners(field.value);
  show(geometry);
  if (geometry) map.showGeometry(geometry);
});

onTheme(() => map.recolour());
const kept = readCorners(field.value);
if (kept) show(kept);
map.readGround().catch((error) => {
  if (!(error instanceof AwayError)) throw error;
  notify("away", gettext("The server does not answer."), { label: gettext("Try again"), act: () => location.reload() });
});
