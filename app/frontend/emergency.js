// @ts-check
/** An emergency repair from a phone: where one stands or touches, what is broken, what is taken; it begins now. */

import { AwayError, CityData } from "./data.js";
import { byId } from "./dom.js";
import { SpotMap } from "./map/spot-map.js";
import { readPage } from "./page.js";
import { notify } from "./panels/notices.js";
import { onTheme } from "./panels/theme.js";
import { gettext, setMessages } from "./text.js";
import { RefusedError, ZoneServer } from "./zoning/ask.js";
import { rememberUnit, unitBefore, usualUnit } from "./zoning/usual.js";

/** @typedef {import("./geometry/measure.js").Place} Place */

const page = /** @type {import("./page.js").Page & { csrf: string, utilities: Record<string, string> }} */ (readPage());
setMessages(page.messages);
const server = new ZoneServer(page.csrf, page.language);
const form = /** @type {HTMLFormElement} */ (byId("form"));
const told = byId("save-error");
/** @type {Place | null} */
let spot = null;

const map = new SpotMap(byId("map"), page, new CityData("/api/map"), (place) => placeAt(place, false));

/**
 * @param {Place} place
 * @param {boolean} go
 */
function placeAt(place, go) {
  spot = place;
  map.show(place, go);
  byId("where").textContent = `${place[0].toFixed(5)}, ${place[1].toFixed(5)}`;
  told.hidden = true;
}

function locate() {
  byId("where").textContent = gettext("Looking for where you are…");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => placeAt([coords.longitude, coords.latitude], true),
    () => {
      byId("where").textContent = gettext("The phone gives no position. Touch where it is.");
    },
    { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
  );
}

/** @param {string} sentence */
function refuse(sentence) {
  told.textContent = sentence;
  told.hidden = false;
  told.scrollIntoView({ block: "nearest" });
}

async function send() {
  const filled = new FormData(form);
  const utility = filled.get("utility");
  if (!spot) return refuse(gettext("Touch on the map where it is, or let the phone say it."));
  if (!utility) return refuse(gettext("Choose what is broken."));
  const button = /** @type {HTMLButtonElement} */ (byId("save"));
  button.disabled = true;
  try {
    const saved = await server.emergency({
      lon: spot[0],
      lat: spot[1],
      utility,
      taken: filled.getAll("taken"),
      hours: Number(filled.get("hours")),
      unit_id: Number(filled.get("unit")) || null,
      note: filled.get("note") || null,
    });
    rememberUnit(KIND, unit.value);
    location.assign(saved.url);
  } catch (error) {
    button.disabled = false;
    if (error instanceof RefusedError) refuse(error.message);
    else if (error instanceof AwayError) {
      notify("away", gettext("Not saved: the server does not answer. Try again when you are connected."), {
        label: gettext("Try again"),
        act: send,
      });
    } else throw error;
  }
  return undefined;
}

const unit = /** @type {HTMLSelectElement} */ (form.elements.namedItem("unit"));
const KIND = "relocation";
let unitChosen = false;

function chooseUnit() {
  if (unitChosen) return;
  const units = [...unit.options].map(({ value }) => value).filter(Boolean);
  const utility = String(new FormData(form).get("utility") ?? "");
  unit.value = usualUnit({ units, utilities: page.utilities, kind: KIND, utility, before: unitBefore(KIND) });
}

form.addEventListener("change", ({ target }) => {
  if (target === unit) unitChosen = true;
  else chooseUnit();
});
chooseUnit();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
byId("locate").addEventListener("click", locate);
onTheme(() => map.recolour());
if ("geolocation" in navigator) locate();
map.readGround().catch((error) => {
  if (!(error instanceof AwayError)) throw error;
  notify("away", gettext("The server does not answer."), { label: gettext("Try again"), act: () => location.reload() });
});
