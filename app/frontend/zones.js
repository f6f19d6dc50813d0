// @ts-check
/** The editor of a zone: what is drawn and filled in, what it would meet, saving it; kept in the browser until then. */

import { AwayError, CityData } from "./data.js";
import { byId, isNarrow, make } from "./dom.js";
import { DrawingMap } from "./map/drawing.js";
import { readPage } from "./page.js";
import { dismiss, notify } from "./panels/notices.js";
import { showOutlook, showPeriods } from "./panels/outlook.js";
import { showPartList, showSize, sizeOf } from "./panels/parts.js";
import { onTheme } from "./panels/theme.js";
import { gettext, setMessages } from "./text.js";
import { RefusedError, ZoneServer } from "./zoning/ask.js";
import { startFinding } from "./zoning/finding.js";
import { ZoneForm } from "./zoning/form.js";
import { History } from "./zoning/history.js";
import { KeptDraft, localTime } from "./zoning/kept.js";
import { Tools } from "./zoning/tools.js";
import { rememberUnit, unitBefore, usualUnit } from "./zoning/usual.js";

/** @typedef {import("./zoning/ask.js").Document} Document */
/** @typedef {import("./zoning/ask.js").Forecast} Forecast */
/**
 * @typedef {object} EditorPage
 * @property {number | null} zone
 * @property {Document} start
 * @property {string} csrf
 * @property {Record<string, string>} utilities
 * @property {{ roles: Record<string, string>, modes: Record<string, string>, links: Record<string, string>,
 *   kinds: Record<string, string> }} words
 */

/** So long the form waits for the next stroke before it asks what the zone would meet. */
const PAUSE_MS = 180;
const LINE_WIDTH_M = 2;
const ROAD_WIDTH_M = 7;

const page = /** @type {import("./page.js").Page & EditorPage} */ (readPage());
setMessages(page.messages);
const server = new ZoneServer(page.csrf, page.language);
const drawn = new History();
const form = new ZoneForm(byId("form"), page.words, changed);
const map = new DrawingMap(byId("map"), page, new CityData("/api/map"), {
  drawn: (geometry) => tools.finish(geometry),
  edited(key, geometry) {
    drawn.change(key, { geometry });
    showDrawn();
    changed();
  },
  moving(key, geometry) {
    const part = drawn.parts.find((one) => one.key === key);
    if (part) showSize(key, sizeOf({ ...part, geometry }));
  },
  chosen: choose,
  stop: (place) => tools.addStop(place),
});

/** @type {number | null} */
let chosen = null;
/** The tag of the zone as it was seen. @type {string | null} */
let tag = null;
/** @type {Forecast | null} */
let forecast = null;
let waiting = 0;
/** Nothing is kept before there is something that was changed by hand. */
let touched = false;
const kept = new KeptDraft(String(page.zone ?? `new-${page.start.parent_id ?? ""}`));

/** @returns {Document} the zone as it stands on the page */
function readDocument() {
  const parts = drawn.parts.map(({ key, ...part }) => part);
  return { ...form.read(), parts };
}

/**
 * @param {Document} document
 */
function fillIn(document) {
  drawn.reset(document.parts ?? []);
  chosen = null;
  form.fill(document);
  showDrawn();
}

function showDrawn() {
  if (!drawn.parts.some(({ key }) => key === chosen)) chosen = null;
  map.showParts(drawn.parts, chosen);
  showPartList(drawn.parts, chosen, form.kind, page.words, {
    change(key, change) {
      drawn.change(key, change);
      showDrawn();
      changed();
    },
    choose,
    remove(key) {
      drawn.remove(key);
      showDrawn();
      changed();
    },
  });
  /** @type {HTMLButtonElement} */ (byId("undo")).disabled = !drawn.canUndo;
  /** @type {HTMLButtonElement} */ (byId("redo")).disabled = !drawn.canRedo;
}

/** @param {number} key */
function choose(key) {
  chosen = chosen === key ? null : key;
  showDrawn();
}

/** Something was drawn or filled in: keep it, and ask what it would meet when the hand rests. */
function changed() {
  touched = true;
  kept.keep(readDocument(), tag);
  byId("save-error").hidden = true;
  map.showDay(String(form.field("first_on")?.value || page.today));
  clearTimeout(waiting);
  waiting = window.setTimeout(lookAhead, PAUSE_MS);
}

async function lookAhead() {
  const document = readDocument();
  document.kind ||= form.kind;
  const body = byId("outlook-body");
  body.setAttribute("aria-busy", "true");
  try {
    forecast = await server.whatIf(page.zone, document);
    dismiss("away");
    showOutlook(body, forecast, page, showPair);
    // On a phone the outlook lies below the form; its sum stays in sight beside the button.
    byId("save-state").textContent = isNarrow() ? (body.querySelector(".outlook-summary")?.textContent ?? "") : "";
    showShared(null);
    const { pairs, watches, joinings } = forecast;
    const crowded =
      pairs.some(({ severity }) => severity === "heavy") || watches.some(({ code }) => code === "service_window");
    showPeriods(byId("periods"), null, joinings, page, setDays);
    if (crowded && document.first_on && document.last_on) {
      const found = await server.periods(page.zone, document);
      showPeriods(byId("periods"), found, joinings, page, setDays);
    }
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    if (error instanceof AwayError) {
      notify("away", gettext("The server does not answer. What you drew is kept in this browser."), {
        label: gettext("Try again"),
        act: lookAhead,
      });
    } else if (error instanceof RefusedError) body.replaceChildren(make("p", { class: "empty", text: error.message }));
    else throw error;
  } finally {
    body.removeAttribute("aria-busy");
  }
}

/**
 * @param {string} first
 * @param {string} last
 */
function setDays(first, last) {
  form.setDays(first, last);
}

/** @param {import("./zoning/ask.js").Pair} pair */
function showPair(pair) {
  showShared(pair.other.id);
  if (pair.shape) map.showGeometry(pair.shape);
}

/** @param {number | null} other the one whose share is shown strongly */
function showShared(other) {
  map.showShared(
    (forecast?.pairs ?? [])
      .filter(({ severity }) => severity !== "none")
      .map((pair) => ({
        geometry: pair.shape,
        strong: pair.severity === "heavy" && (other ?? pair.other.id) === pair.other.id,
      })),
  );
}

/** @returns {string} what a new shape stands for */
function usualRole() {
  return form.kind === "diversion" ? "taken" : "footprint";
}

/**
 * @param {GeoJSON.Geometry} geometry
 * @param {string} role
 * @param {string | null} mode
 */
function addPart(geometry, role, mode) {
  const line = geometry.type.endsWith("LineString");
  const width = line && role !== "detour" ? (form.kind === "diversion" ? ROAD_WIDTH_M : LINE_WIDTH_M) : null;
  chosen = drawn.add({ geometry, role, mode, width_m: width }).key;
  showDrawn();
  changed();
}

/** @param {unknown} error */
function tellError(error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  if (error instanceof RefusedError) notify("tool", error.message);
  else if (error instanceof AwayError)
    notify("away", gettext("The server does not answer. What you drew is kept in this browser."));
  else throw error;
}

const tools = new Tools({
  language: page.language,
  server,
  map,
  drawn,
  chosen: () => chosen,
  add: (geometry) => addPart(geometry, usualRole(), null),
  addDetour: (geometry, mode) => addPart(geometry, "detour", mode),
  replace(key, pieces) {
    drawn.replace(key, pieces);
    chosen = null;
    showDrawn();
    changed();
  },
  tellError,
});
startFinding({
  server,
  map,
  zone: page.zone,
  kinds: page.words.kinds,
  add: (geometry) => addPart(geometry, usualRole(), null),
  link: (other) => form.addLink(other),
  tellError,
});
byId("undo").addEventListener("click", () => {
  drawn.undo();
  showDrawn();
  changed();
});
byId("redo").addEventListener("click", () => {
  drawn.redo();
  showDrawn();
  changed();
});
byId("snap").addEventListener("change", (event) => {
  event.stopPropagation();
  map.setSnapping(/** @type {HTMLInputElement} */ (event.target).checked);
});
document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.key === "Escape" && tools.tool) tools.start(null);
  else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !target.closest("input, textarea")) {
    event.preventDefault();
    byId(event.shiftKey ? "redo" : "undo").click();
  }
});

// Whose it is, as long as nobody has chosen.

let unitChosen = page.zone !== null || page.start.unit_id !== undefined;

function chooseUnit() {
  const field = form.field("unit_id");
  if (unitChosen || !(field instanceof HTMLSelectElement)) return;
  const units = [...field.options].map(({ value }) => value).filter(Boolean);
  const utility = form.field("utility")?.value ?? "";
  const { utilities } = page;
  field.value = usualUnit({ units, utilities, kind: form.kind, utility, before: unitBefore(form.kind) });
}

/** Of a unit that owns a utility, a relocation is of that one. */
function chooseUtility() {
  const utility = form.field("utility");
  const owned = page.utilities[form.field("unit_id")?.value ?? ""];
  if (utility && !utility.value && owned) utility.value = owned;
}

byId("form").addEventListener(
  "change",
  (event) => {
    const name = /** @type {HTMLElement} */ (event.target).dataset.field;
    if (name === "unit_id") {
      unitChosen = true;
      chooseUtility();
    } else if (name === "kind" || name === "utility") chooseUnit();
  },
  { capture: true },
);

// Saving.

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});

async function save() {
  const button = /** @type {HTMLButtonElement} */ (byId("save"));
  const state = byId("save-state");
  button.disabled = true;
  state.textContent = gettext("Saving…");
  byId("stale").hidden = true;
  try {
    const saved = await server.save(page.zone, readDocument(), tag);
    kept.forget();
    touched = false;
    rememberUnit(form.kind, form.field("unit_id")?.value ?? "");
    location.assign(saved.url);
  } catch (error) {
    state.textContent = "";
    button.disabled = false;
    if (error instanceof AwayError) {
      kept.keep(readDocument(), tag);
      notify(
        "away",
        gettext("Not saved: the server does not answer. It is kept in this browser; try again when you are connected."),
        {
          label: gettext("Try again"),
          act: save,
        },
      );
    } else if (error instanceof RefusedError && error.status === 412) showStale(error);
    else if (error instanceof RefusedError) {
      const told = byId("save-error");
      told.hidden = false;
      told.textContent = error.message;
      told.scrollIntoView({ block: "nearest" });
    } else throw error;
  }
}

/** @param {RefusedError} error */
function showStale(error) {
  const box = byId("stale");
  const theirs = make("button", {
    type: "button",
    class: "text-button",
    text: gettext("Show what it is now and drop mine"),
  });
  theirs.addEventListener("click", () => {
    tag = error.told.tag;
    fillIn(error.told.draft);
    kept.forget();
    box.hidden = true;
    lookAhead();
  });
  const mine = make("button", { type: "button", class: "text-button", text: gettext("Save mine over it") });
  mine.addEventListener("click", () => {
    tag = error.told.tag;
    save();
  });
  box.replaceChildren(make("span", { text: error.message }), theirs, mine);
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

// Beginning.

async function begin() {
  if (page.zone !== null) {
    const read = await server.read(page.zone);
    tag = read.tag;
    fillIn(read.draft);
    map.goHome();
    lookAhead();
  } else {
    fillIn({ state: "planned", ...page.start });
    chooseUnit();
    chooseUtility();
  }
  const left = kept.read();
  if (left?.document && JSON.stringify(left.document) !== JSON.stringify(readDocument())) {
    notify(
      "kept",
      gettext("Something that was not saved is still in this browser, from %(at)s.", { at: localTime(left.at) }),
      {
        label: gettext("Go on with it"),
        act() {
          dismiss("kept");
          if (left.tag) tag = left.tag;
          fillIn(left.document);
          map.goHome();
          changed();
        },
      },
    );
  }
}

window.addEventListener("beforeunload", (event) => {
  if (touched && drawn.parts.length) event.preventDefault();
});
onTheme(() => map.recolour());
const away = (/** @type {unknown} */ error) => {
  if (!(error instanceof AwayError)) throw error;
  notify("away", gettext("The server does not answer."), { label: gettext("Try again"), act: () => location.reload() });
};
begin().catch(away);
map.readGround().catch(away);
