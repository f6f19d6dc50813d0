// @ts-check
/** The editor of a zone: what is drawn and filled in, what it would meet, saving it; kept in the browser until then. */

import { AwayError, CityData } from "./data.js";
import { byId, isNarrow, make } from "./dom.js";
import { formatNumber } from "./format.js";
import { readPlaces } from "./geometry/measure.js";
import { DrawingMap } from "./map/drawing.js";
import { readPage } from "./page.js";
import { dismiss, notify } from "./panels/notices.js";
import { showOutlook, showPeriods } from "./panels/outlook.js";
import { showPartList, showSize, sizeOf } from "./panels/parts.js";
import { onTheme } from "./panels/theme.js";
import { gettext, setMessages } from "./text.js";
import { RefusedError, ZoneServer } from "./zoning/ask.js";
import { ZoneForm } from "./zoning/form.js";
import { History } from "./zoning/history.js";

/** @typedef {import("./zoning/ask.js").Document} Document */
/** @typedef {import("./zoning/ask.js").Forecast} Forecast */
/** @typedef {import("./geometry/measure.js").Place} Place */
/** @typedef {"polygon" | "line" | "point" | "detour" | "split"} Tool */
/**
 * @typedef {object} EditorPage
 * @property {number | null} zone
 * @property {Document} start
 * @property {string} csrf
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
  drawn: finishTool,
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
  stop: addStop,
});

/** @type {number | null} */
let chosen = null;
/** @type {Tool | null} */
let tool = null;
/** @type {Place[]} */
let stops = [];
/** @type {GeoJSON.LineString | null} */
let route = null;
/** The tag of the zone as it was seen. @type {string | null} */
let tag = null;
/** @type {Forecast | null} */
let forecast = null;
let waiting = 0;
/** Nothing is kept before there is something that was changed by hand. */
let touched = false;
const KEPT = `zone-draft:${page.zone ?? `new-${page.start.parent_id ?? ""}`}`;

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
  keep();
  byId("save-error").hidden = true;
  map.showDay(String(form.field("first_on")?.value || page.today));
  clearTimeout(waiting);
  waiting = window.setTimeout(lookAhead, PAUSE_MS);
}

function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ at: new Date().toISOString(), tag, document: readDocument() }));
  } catch {
    // A full or forbidden store: what is drawn lives on the page alone.
  }
}

function forget() {
  try {
    localStorage.removeItem(KEPT);
  } catch {
    // Nothing was kept.
  }
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

// The tools.

/** @returns {string} what a new shape stands for */
function usualRole() {
  return form.kind === "diversion" ? "taken" : "footprint";
}

/** @returns {number} */
function usualWidth() {
  return form.kind === "diversion" ? ROAD_WIDTH_M : LINE_WIDTH_M;
}

/** @param {Tool | null} next */
function startTool(next) {
  stops = [];
  route = null;
  tool = next;
  map.cancel();
  if (next === "split" && chosen === null) {
    tool = null;
    hint(gettext("Choose the shape to split first: touch it on the map or in the list."));
  } else if (next === "detour") {
    map.gatherStops();
    hint(gettext("Touch where the detour begins, what it passes, and where it ends. It follows the roads."));
  } else if (next === "split") {
    map.draw("line");
    hint(gettext("Draw a line right across the shape; finish it by touching its last point."));
  } else if (next === "point") {
    map.draw("point");
    hint(gettext("Touch the place."));
  } else if (next) {
    map.draw(next);
    hint(
      next === "polygon"
        ? gettext("Touch the corners one after the other, and the first again to finish.")
        : gettext("Touch the points of the line, and the last again to finish."),
    );
  } else hint(null);
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-tool]"))) {
    button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
  }
  byId("detour-mode-field").hidden = tool !== "detour";
  byId("draw-finish").hidden = tool === null || tool === "point";
}

/** @param {string | null} text */
function hint(text) {
  byId("draw-hint").hidden = text === null;
  byId("draw-hint-words").textContent = text ?? "";
}

/** @param {GeoJSON.Geometry} geometry */
async function finishTool(geometry) {
  const using = tool;
  const target = chosen;
  startTool(null);
  if (using === "split" && target !== null) await splitPart(target, /** @type {GeoJSON.LineString} */ (geometry));
  else addPart(geometry, usualRole(), null);
}

/**
 * @param {GeoJSON.Geometry} geometry
 * @param {string} role
 * @param {string | null} mode
 */
function addPart(geometry, role, mode) {
  const line = geometry.type.endsWith("LineString");
  const width = line && role !== "detour" ? usualWidth() : null;
  chosen = drawn.add({ geometry, role, mode, width_m: width }).key;
  showDrawn();
  changed();
}

/**
 * @param {number} key
 * @param {GeoJSON.LineString} line
 */
async function splitPart(key, line) {
  const part = drawn.parts.find((one) => one.key === key);
  if (!part) return;
  try {
    const { pieces } = await server.split(part.geometry, line);
    drawn.replace(key, pieces);
    chosen = null;
    showDrawn();
    changed();
  } catch (error) {
    tellError(error);
  }
}

/** @param {Place} place */
async function addStop(place) {
  stops.push(place);
  map.showStops(stops);
  if (stops.length > 1) await findRoute();
}

async function findRoute() {
  const closed = drawn.parts
    .filter(({ role }) => role === "taken" || role === "footprint")
    .map(({ geometry, width_m }) => ({ geometry, width_m }));
  try {
    const found = await server.detour({ stops, mode: detourMode(), closed });
    route = found.geometry;
    map.showPreview(route);
    hint(
      gettext("%(metres)s m by %(roads)s. Touch further places, or finish.", {
        metres: formatNumber(found.length_m),
        roads: found.roads.join(page.language === "en" ? ", " : "、") || "–",
      }),
    );
  } catch (error) {
    if (error instanceof RefusedError) {
      stops.pop();
      map.showStops(stops);
      hint(error.message);
    } else tellError(error);
  }
}

/** @returns {string} */
function detourMode() {
  return /** @type {HTMLSelectElement} */ (byId("detour-mode")).value;
}

/** @param {unknown} error */
function tellError(error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  if (error instanceof RefusedError) notify("tool", error.message);
  else if (error instanceof AwayError)
    notify("away", gettext("The server does not answer. What you drew is kept in this browser."));
  else throw error;
}

for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-tool]"))) {
  button.addEventListener("click", () => {
    const next = /** @type {Tool} */ (button.dataset.tool);
    startTool(tool === next ? null : next);
  });
}
byId("draw-cancel").addEventListener("click", () => startTool(null));
byId("draw-finish").addEventListener("click", () => {
  if (tool === "detour") {
    const found = route;
    const mode = detourMode();
    startTool(null);
    if (found) addPart(found, "detour", mode);
  } else map.finish();
});
byId("detour-mode").addEventListener("change", () => {
  if (stops.length > 1) findRoute();
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
  if (event.key === "Escape" && tool) startTool(null);
  else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !target.closest("input, textarea")) {
    event.preventDefault();
    byId(event.shiftKey ? "redo" : "undo").click();
  }
});

// Places by words and by numbers.

async function findPlaces() {
  const words = /** @type {HTMLInputElement} */ (byId("words")).value.trim();
  const list = byId("places");
  if (!words) return;
  try {
    const { places } = await server.places(words);
    if (!places.length) {
      list.replaceChildren(
        make("li", {
          class: "empty",
          text: gettext("No road of that name is known. Write it as 东风路(湖滨大道至迎宾大街段)北侧."),
        }),
      );
      return;
    }
    list.replaceChildren(
      ...places.map(({ geometry, confidence, how }, i) => {
        const button = make(
          "button",
          { type: "button", class: "place", "data-place": String(i) },
          make("span", { text: how }),
          make("span", { class: "muted", text: ` ${formatNumber(confidence * 100)}%` }),
        );
        button.addEventListener("click", () => {
          map.showPreview(null);
          list.replaceChildren();
          addPart(geometry, usualRole(), null);
          map.showGeometry(geometry);
        });
        const look = () => map.showPreview(geometry);
        button.addEventListener("focus", look);
        button.addEventListener("pointerenter", look);
        return make("li", {}, button);
      }),
    );
    const first = places[0];
    if (first) {
      map.showPreview(first.geometry);
      map.showGeometry(first.geometry);
    }
  } catch (error) {
    tellError(error);
  }
}

byId("place").addEventListener("click", findPlaces);
byId("words").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  findPlaces();
});
byId("add-coordinates").addEventListener("click", () => {
  const kind = /** @type {HTMLSelectElement} */ (byId("coordinates-kind")).value;
  const { places, wrong } = readPlaces(/** @type {HTMLTextAreaElement} */ (byId("coordinates")).value);
  const least = { polygon: 3, line: 2, point: 1 }[kind] ?? 1;
  const told = byId("coordinates-error");
  told.hidden = wrong === null && places.length >= least;
  if (wrong !== null) {
    told.textContent = gettext("“%(line)s” is no pair of longitude and latitude, such as 116.3012, 37.4521.", {
      line: wrong,
    });
  } else if (places.length < least) {
    told.textContent = gettext("This shape needs at least %(least)s vertices.", { least });
  }
  if (!told.hidden) return;
  const first = /** @type {Place} */ (places[0]);
  /** @type {GeoJSON.Geometry} */
  const geometry =
    kind === "polygon"
      ? { type: "Polygon", coordinates: [[...places, first]] }
      : kind === "line"
        ? { type: "LineString", coordinates: places }
        : { type: "Point", coordinates: first };
  /** @type {HTMLTextAreaElement} */ (byId("coordinates")).value = "";
  addPart(geometry, usualRole(), null);
  map.showGeometry(geometry);
});

// Works it belongs with.

byId("link-words").addEventListener("input", async (event) => {
  event.stopPropagation();
  const words = /** @type {HTMLInputElement} */ (event.target).value.trim();
  const list = byId("linkable");
  if (words.length < 2) {
    list.replaceChildren();
    return;
  }
  try {
    const { zones } = await server.linkable(words);
    list.replaceChildren(
      ...zones
        .filter(({ id }) => id !== page.zone)
        .slice(0, 8)
        .map((other) => {
          const button = make(
            "button",
            { type: "button", class: "place" },
            make("span", { text: other.name }),
            make("span", { class: "muted", text: ` ${page.words.kinds[other.kind] ?? ""} ${other.code}` }),
          );
          button.addEventListener("click", () => {
            list.replaceChildren();
            form.addLink(other);
          });
          return make("li", {}, button);
        }),
    );
  } catch (error) {
    tellError(error);
  }
});

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
    forget();
    touched = false;
    location.assign(saved.url);
  } catch (error) {
    state.textContent = "";
    button.disabled = false;
    if (error instanceof AwayError) {
      keep();
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
    forget();
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

/** @returns {{ at: string, tag: string | null, document: Document } | null} what was kept when the page was left unsaved */
function readKept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null");
  } catch {
    return null;
  }
}

async function begin() {
  if (page.zone !== null) {
    const read = await server.read(page.zone);
    tag = read.tag;
    fillIn(read.draft);
    map.showAll();
    lookAhead();
  } else fillIn({ state: "planned", ...page.start });
  const kept = readKept();
  if (kept?.document && JSON.stringify(kept.document) !== JSON.stringify(readDocument())) {
    notify(
      "kept",
      gettext("Something that was not saved is still in this browser, from %(at)s.", { at: localTime(kept.at) }),
      {
        label: gettext("Go on with it"),
        act() {
          dismiss("kept");
          if (kept.tag) tag = kept.tag;
          fillIn(kept.document);
          map.showAll();
          changed();
        },
      },
    );
  }
}

/**
 * @param {string} at
 * @returns {string} for example 11-23 10:30
 */
function localTime(at) {
  const then = new Date(at);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${two(then.getMonth() + 1)}-${two(then.getDate())} ${two(then.getHours())}:${two(then.getMinutes())}`;
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
