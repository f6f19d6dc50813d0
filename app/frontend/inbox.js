// @ts-check
/** The inbox: a road or a district is touched on a map, or an area drawn; all of it stands in the form, too. */

import { AwayError, CityData } from "./data.js";
import { byId } from "./dom.js";
import { readCorners, writeCorners } from "./geometry/corners.js";
import { DrawingMap } from "./map/drawing.js";
import { extentOf, paintChosen } from "./map/place-hits.js";
import { readPage } from "./page.js";
import { notify } from "./panels/notices.js";
import { startPicker } from "./panels/place-picker.js";
import { onTheme } from "./panels/theme.js";
import { gettext, setMessages } from "./text.js";

const page = readPage();
setMessages(page.messages);
const form = /** @type {HTMLFormElement} */ (byId("watch"));
const field = /** @type {HTMLTextAreaElement} */ (byId("area"));
const road = /** @type {HTMLInputElement} */ (form.elements.namedItem("road"));
const district = /** @type {HTMLSelectElement} */ (form.elements.namedItem("district"));
const label = /** @type {HTMLInputElement} */ (form.elements.namedItem("name"));
const told = byId("area-told");
const buttons = { road: byId("pick-road"), district: byId("pick-district"), area: byId("area-draw") };
/** The name that was put into the form when nobody had written one. */
let suggested = "";

/** @param {GeoJSON.Geometry} geometry */
function take(geometry) {
  choose({ area: writeCorners(geometry) });
  told.textContent = gettext("Drawn. Its corners can be dragged.");
}

const map = new DrawingMap(byId("map"), page, new CityData("/api/map"), {
  drawn: (geometry) => {
    take(geometry);
    show(geometry);
    picker.set(null);
  },
  edited: (_key, geometry) => take(geometry),
  moving: () => {},
  chosen: () => {},
  stop: () => {},
});
map.add("chosen", (frame) => paintChosen(frame, map.ground, chosen(), map.palette));
const picker = startPicker(map, buttons, told, {
  begin: (mode) => {
    if (mode === "area") choose({});
  },
  chosen: pick,
});

/** @returns {import("./map/place-hits.js").Chosen} */
function chosen() {
  return { road: road.value.trim() || null, district: Number(district.value) || null };
}

/**
 * Only one of the three is watched: what is chosen stands in the form alone.
 * @param {{ road?: string, district?: string, area?: string }} one
 */
function choose(one) {
  road.value = one.road ?? "";
  district.value = one.district ?? "";
  field.value = one.area ?? "";
  if (!one.area) show(null);
  map.repaint();
}

/**
 * @param {"road" | "district"} mode
 * @param {import("./data.js").Feature} feature what was touched
 */
function pick(mode, feature) {
  const { id, name, name_en } = feature.properties;
  choose(mode === "road" ? { road: name } : { district: String(id) });
  const said = (page.language === "en" && name_en) || name;
  if (label.value === suggested) label.value = suggested = said;
  told.textContent = gettext("%(name)s is chosen.", { name: said });
}

/** @param {GeoJSON.Geometry | null} geometry */
function show(geometry) {
  const part = { key: 1, role: "footprint", mode: null, name: null, width_m: null, first_on: null, last_on: null };
  map.showParts(geometry ? [{ ...part, geometry }] : [], geometry ? 1 : null);
}

/** Bring what the lists say into sight. */
function showChosen() {
  const { road: name, district: id } = chosen();
  const features = name
    ? map.ground.roads.filter(({ properties }) => properties.name === name)
    : map.ground.districts.filter(({ properties }) => properties.id === id);
  const extent = extentOf(features);
  map.repaint();
  if (extent) map.map.showExtent(extent, false);
}

byId("area-clear").addEventListener("click", () => {
  picker.set(null);
  choose({});
  told.textContent = "";
});
road.addEventListener("change", showChosen);
district.addEventListener("change", showChosen);
field.addEventListener("change", () => {
  const geometry = readCorners(field.value);
  show(geometry);
  if (geometry) map.showGeometry(geometry);
});

onTheme(() => map.recolour());
const kept = readCorners(field.value);
if (kept) show(kept);
map
  .readGround()
  .then(showChosen)
  .catch((error) => {
    if (!(error instanceof AwayError)) throw error;
    notify("away", gettext("The server does not answer."), {
      label: gettext("Try again"),
      act: () => location.reload(),
    });
  });
