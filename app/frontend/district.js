// @ts-check
/** Drawing a district's border anew: the server says what that does to the neighbours while one draws. */

import { CityData } from "./data.js";
import { byId } from "./dom.js";
import { formatNumber } from "./format.js";
import { DistrictMap } from "./map/district-map.js";
import { readPage } from "./page.js";
import { onTheme } from "./panels/theme.js";
import { gettext, setMessages } from "./text.js";

const page =
  /** @type {import("./page.js").Page & { shape: GeoJSON.Geometry | null, neighbours: GeoJSON.Feature[], look: string }} */ (
    readPage()
  );
setMessages(page.messages);

const AFTER_MS = 400;
const form = /** @type {HTMLFormElement} */ (byId("form"));
const field = /** @type {HTMLInputElement} */ (byId("shape"));
const save = /** @type {HTMLButtonElement} */ (byId("save"));
let timer = 0;
/** @type {AbortController | null} */
let asking = null;

const map = new DistrictMap(byId("map"), page, new CityData("/api/map"), page.neighbours, (geometry) => {
  put(geometry);
  clearTimeout(timer);
  timer = window.setTimeout(look, AFTER_MS);
});

/** @param {GeoJSON.Geometry | null} geometry */
function put(geometry) {
  field.value = geometry ? JSON.stringify(geometry) : "";
  save.disabled = !geometry;
}

/**
 * @param {string[]} sentences
 * @param {string} area
 * @param {boolean} sound
 */
function tell(sentences, area, sound) {
  byId("area").textContent = area;
  byId("sentences").replaceChildren(
    ...sentences.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    }),
  );
  byId("sound").hidden = !sound;
}

async function look() {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(page.look, { method: "POST", body: new FormData(form), signal: asking.signal });
    const told = await answer.json();
    if (!answer.ok) {
      tell([told.detail ?? gettext("The server does not answer.")], "", false);
      return;
    }
    tell(told.sentences, `${formatNumber(told.area_km2, 1)} km²`, told.sentences.length === 0);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) {
      tell([gettext("The server does not answer.")], "", false);
    }
  }
}

byId("back").addEventListener("click", () => {
  map.show(page.shape);
  put(page.shape);
  map.goHome();
  if (page.shape) void look();
});
document.getElementById("draw")?.addEventListener("click", () => map.draw());

map.show(page.shape);
put(page.shape);
map.goHome();
void map.readGround();
onTheme(() => map.recolour());
