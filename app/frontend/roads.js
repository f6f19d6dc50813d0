// @ts-check
/** Roads: one is touched on the map, or an area drawn, and what is planned there opens. */

import { AwayError, CityData } from "./data.js";
import { byId } from "./dom.js";
import { readCorners, writeCorners } from "./geometry/corners.js";
import { DrawingMap } from "./map/drawing.js";
import { readPage } from "./page.js";
import { notify } from "./panels/notices.js";
import { startPicker } from "./panels/place-picker.js";
import { onTheme } from "./panels/theme.js";
import { gettext, setMessages } from "./text.js";

const page = /** @type {import("./page.js").Page & { extent: [number, number, number, number] | null }} */ (readPage());
setMessages(page.messages);
const form = /** @type {HTMLFormElement} */ (byId("roads"));
const words = /** @type {HTMLInputElement} */ (form.elements.namedItem("q"));
const field = /** @type {HTMLTextAreaElement} */ (byId("area"));
const told = byId("area-told");
/** Not there where no road is. */
const pickRoad = document.getElementById("pick-road");

const map = new DrawingMap(byId("map"), page, new CityData("/api/map"), {
  drawn: (geometry) => {
    words.value = "";
    field.value = writeCorners(geometry);
    form.requestSubmit();
  },
  edited: (_key, geometry) => {
    field.value = writeCorners(geometry);
  },
  moving: () => {},
  chosen: () => {},
  stop: () => {},
});
const picker = startPicker(map, { ...(pickRoad && { road: pickRoad }), area: byId("area-draw") }, told, {
  begin: () => show(null),
  chosen: (_mode, { properties: { name, name_en } }) => {
    told.textContent = gettext("%(name)s is chosen.", { name: (page.language === "en" && name_en) || name });
    field.value = "";
    words.value = name;
    form.requestSubmit();
  },
});

/** @param {GeoJSON.Geometry | null} geometry */
function show(geometry) {
  const part = { key: 1, role: "footprint", mode: null, name: null, width_m: null, first_on: null, last_on: null };
  map.showParts(geometry ? [{ ...part, geometry }] : [], geometry ? 1 : null);
}

// An address with an empty field says nothing by it.
form.addEventListener("formdata", ({ formData }) => {
  for (const name of ["q", "area"]) if (!formData.get(name)) formData.delete(name);
});
byId("area-clear").addEventListener("click", () => {
  picker.set(null);
  field.value = "";
  show(null);
  told.textContent = "";
});
onTheme(() => map.recolour());
const kept = readCorners(field.value);
// Where most is planned, rather than the whole city, whose counties leave the streets too small to be touched.
if (page.extent) map.map.showExtent(page.extent, false);
if (kept) {
  show(kept);
  map.showGeometry(kept);
}
if (pickRoad) picker.set("road");
map.readGround().catch((error) => {
  if (!(error instanceof AwayError)) throw error;
  notify("away", gettext("The server does not answer."), {
    label: gettext("Try again"),
    act: () => location.reload(),
  });
});
