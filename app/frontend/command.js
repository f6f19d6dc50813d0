// @ts-check
/** The command's page: brings state, data, map and panels together. */

import { readAddress, writeAddress } from "./address.js";
import { markChanges } from "./compare.js";
import { AwayError, CityData, SignedOutError } from "./data.js";
import { byId } from "./dom.js";
import { findProjects, setValues } from "./filters.js";
import { latOf, lonOf } from "./geometry/mercator.js";
import { CommandMap } from "./map/command-map.js";
import { LAYERS, LAYERS_ON, makeStore, readPage } from "./page.js";
import { startBoard } from "./panels/board.js";
import { startCompare } from "./panels/compare.js";
import { focusTitle, startDrawer } from "./panels/drawer.js";
import { startFacets } from "./panels/facets.js";
import { startLayers } from "./panels/layers.js";
import { startLegend } from "./panels/legend.js";
import { startList } from "./panels/list.js";
import { startMeasure } from "./panels/measure.js";
import { startMoment } from "./panels/moment.js";
import { dismiss, notify, sayEnded } from "./panels/notices.js";
import { startPicture } from "./panels/picture.js";
import { startSearch } from "./panels/search.js";
import { startStrip } from "./panels/strip.js";
import { onTheme } from "./panels/theme.js";
import { startWall } from "./panels/wall.js";
import { gettext, setMessages } from "./text.js";
import { watch } from "./watch.js";

/** @typedef {import("./address.js").State} State */

const page = readPage();
setMessages(page.messages);
const known = { layers: LAYERS, bases: page.bases.map((base) => base.code), codes: page.codes };
const { state: asked, leftOut } = readAddress(location, page.paths, known);
const data = new CityData("/api/map", page.language, page.moment);
data.seen = page.revision;
const store = makeStore(page, asked);

/** @returns {State} what the address says of the present view */
function present() {
  const { day, against, filters, layers, project, road, zone, opacity, bySize, base, within, sort } = store.state;
  const usual = layers.length === LAYERS_ON.length && LAYERS_ON.every((layer) => layers.includes(layer));
  return {
    day: day === page.today ? null : day,
    against,
    filters,
    layers: usual ? null : layers,
    view: moved ? map.view() : null,
    project,
    road,
    zone: zone ? `${zone.layer}.${zone.properties.id}` : null,
    opacity,
    bySize,
    base,
    within,
    sort,
  };
}

let moved = asked.view !== null;

/** Parts of the state that the address keeps, besides what is open. @type {(keyof import("./page.js").Shared)[]} */
const KEPT = ["day", "against", "filters", "layers", "zone", "opacity", "bySize", "base", "within", "sort"];

/** @param {"push" | "replace"} how a project that opens or closes can be gone back from, everything else not */
function writeUrl(how) {
  const url = writeAddress(present(), page.paths, location.search);
  if (url === location.pathname + location.search) return;
  if (how === "push") history.pushState(null, "", url);
  else history.replaceState(null, "", url);
}

/**
 * Open a project's sheet and bring it into sight.
 * @param {string} code
 */
function openProject(code) {
  if (document.activeElement instanceof HTMLElement) returnTo = document.activeElement;
  store.set({ project: code, zone: null, road: null });
  map.showProject(code);
  focusTitle();
}

/**
 * Open a road's sheet and fly to it.
 * @param {string} name
 */
function openRoad(name) {
  if (document.activeElement instanceof HTMLElement) returnTo = document.activeElement;
  store.set({ road: name, project: null, zone: null });
  map.showRoad(name);
  focusTitle();
}

/** Whether the reader walks through the browser's history, which must not grow by that. */
let walking = false;

/** Where the reader was before the drawer opened. @type {HTMLElement | null} */
let returnTo = null;

/** Something could not be read; what is there stays. @param {unknown} error */
function away(error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  if (!(error instanceof AwayError)) throw error;
  if (error instanceof SignedOutError) return sayEnded("away");
  const at = store.state.board ? gettext("What is shown is as it was read last.") : "";
  notify("away", `${gettext("The server does not answer.")} ${at}`.trim(), {
    label: gettext("Try again"),
    act: readAll,
  });
}

async function readBoard() {
  const { day, against } = store.state;
  const slow = setTimeout(
    () => notify("slow", gettext("The line is slow; the lamps of that day are still coming.")),
    3000,
  );
  try {
    const board = await data.board(day);
    const marked = against ? markChanges(board, await data.board(against)) : board;
    if (store.state.day === day && store.state.against === against) {
      const before = store.state.board?.day ?? day;
      store.set({ board: marked });
      foresee(before, day);
    }
    dismiss("away");
  } catch (error) {
    away(error);
  } finally {
    clearTimeout(slow);
    dismiss("slow");
  }
}

/** How long the page has been still before the days beside the first one are read. */
const STILL_MS = 500;

/**
 * Whoever steps from day to day will probably step on: the next board is read before it is wanted. When a page has just
 * opened nobody knows which way, so both are.
 * @param {string} before
 * @param {string} day
 */
function foresee(before, day) {
  const opened = before === day;
  setTimeout(
    async () => {
      if (store.state.day !== day) return;
      await data.foresee(strip.next(before, day));
      if (opened && store.state.day === day) await data.foresee(strip.back(day));
    },
    opened ? STILL_MS : 0,
  );
}

async function readProjects() {
  try {
    const { projects, roads } = await data.list();
    store.set({ projects });
    search.setRoads(roads);
    checkFilters();
    dismiss("away");
  } catch (error) {
    away(error);
  }
}

async function readAll() {
  await Promise.all([readBoard(), readProjects(), map.readLayers()]);
  strip.refresh();
}

/** Values in the address that no project has (a unit or leader of another year) are taken out, and said. */
function checkFilters() {
  const { projects, filters } = store.state;
  const possible = {
    district: new Set(projects.flatMap((project) => project.districts)),
    unit: new Set(projects.map((project) => project.lead_unit)),
    leader: new Set(projects.map((project) => project.sponsor_leader)),
  };
  /** @type {string[]} */
  const unknown = [];
  let kept = filters;
  for (const [facet, values] of Object.entries(possible)) {
    const wanted = filters[facet] ?? [];
    const fitting = wanted.filter((value) => /** @type {Set<string | null>} */ (values).has(value));
    unknown.push(...wanted.filter((value) => !fitting.includes(value)).map((value) => `${facet}=${value}`));
    if (fitting.length < wanted.length) kept = setValues(kept, facet, fitting);
  }
  if (projects.length === 0 || unknown.length === 0) return;
  store.set({ filters: kept });
  sayLeftOut(unknown);
}

/** @param {string[]} what of the address */
function sayLeftOut(what) {
  leftOut.push(...what);
  notify("left-out", gettext("Not understood in the address and left out: %(what)s", { what: leftOut.join(", ") }));
}

const map = new CommandMap(byId("map"), page, store, data, {
  view: asked.view,
  away,
  openProject,
  moved: () => {
    moved = true;
    writeUrl("replace");
  },
  touched: ({ x, y }) => {
    if (!measure.on()) return false;
    measure.add({ lon: lonOf(x), lat: latOf(y) });
    return true;
  },
  baseAway: (name) => notify("base", gettext("Tiles of the base map “%(name)s” do not come.", { name })),
});
const measure = startMeasure(page, {
  centre: () => map.view(),
  draw: (measured) => map.showMeasured(measured),
});
startMoment(() => writeAddress(present(), page.paths, location.search));
startPicture(store, page, map, () => writeAddress({ ...present(), view: map.view() }, page.paths, ""));
startBoard(store);
startFacets(store, page);
startCompare(store);
startList(store, {
  language: page.language,
  hrefOf: (code) => writeAddress({ ...present(), project: code, view: null }, page.paths, location.search),
  open: openProject,
});
const search = startSearch(store, { language: page.language, open: openProject, openRoad });
startDrawer(store, page, {
  showOnMap: () => store.state.project && map.showProject(store.state.project, true),
  showBox: (box) => map.showBox(box),
  resized: () => map.resized(),
});
startLayers(store, page, (layer) => data.layer(layer));
startLegend(store, page);
onTheme(() => map.recolour());
const wall = startWall(store, page, () => {
  data.forgetBoards();
  readBoard();
});
const strip = startStrip(store, page, (first, last) => data.trend(first, last));

store.listen((state, changed) => {
  if (changed.has("day") || changed.has("against")) readBoard();
  if (changed.has("board") || changed.has("projects") || changed.has("filters")) {
    store.set({ shown: state.board ? findProjects(state.projects, state.board.projects, state.filters) : [] });
  }
  if (changed.has("project") || changed.has("road")) {
    document.title = document.title.replace(/^.* · (?=[^·]*$)/, "");
    writeUrl(walking ? "replace" : "push");
    if (!state.project && !state.road && returnTo?.isConnected) returnTo.focus();
  } else if (KEPT.some((name) => changed.has(name))) writeUrl("replace");
});

window.addEventListener("popstate", () => {
  const { state } = readAddress(location, page.paths, known);
  if (state.view) map.showView(state.view);
  walking = true;
  store.set({
    day: state.day ?? page.today,
    against: state.against,
    filters: state.filters,
    layers: state.layers ?? LAYERS_ON,
    opacity: state.opacity,
    bySize: state.bySize,
    base: state.base,
    within: state.within,
    sort: state.sort,
    project: state.project,
    road: state.road,
    zone: null,
  });
  walking = false;
  openAskedZone(state.zone);
});

document.addEventListener("keydown", (event) => {
  const { project, zone, road } = store.state;
  if (event.key === "Escape" && (project || zone || road)) store.set({ project: null, zone: null, road: null });
});

byId("language").addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  const url = new URL(writeAddress(present(), page.paths, location.search), location.href);
  url.searchParams.set("lang", link.hreflang);
  link.href = url.href;
});
byId("wall-link").addEventListener("click", (event) => {
  const url = new URL(writeAddress({ ...present(), project: null }, page.paths, location.search), location.href);
  url.searchParams.set("wall", "1");
  /** @type {HTMLAnchorElement} */ (event.currentTarget).href = url.href;
});

/** @param {string | null} zone that the address names */
async function openAskedZone(zone) {
  if (!zone) return;
  try {
    if (!(await map.openZone(zone))) sayLeftOut([`zone=${zone}`]);
  } catch (error) {
    away(error);
  }
}

if (leftOut.length) sayLeftOut([]);
if (!document.createElement("canvas").getContext("2d")) {
  notify("canvas", gettext("This browser cannot draw the map. The list and the table hold the same."), {
    label: gettext("Open the table"),
    act: () => location.assign(page.paths.table),
  });
}
readAll();
openAskedZone(asked.zone);
if (asked.road && !asked.view) map.showRoad(asked.road);
// What was then does not change any more.
if (!page.moment)
  watch(data, {
    changed: (news) => {
      if (news.lamps) readBoard();
      if (news.layers.length) map.readLayers();
      if (news.layers.includes("sites")) readProjects();
      if (news.lamps) strip.refresh();
    },
    heard: () => wall?.heard(),
  });
