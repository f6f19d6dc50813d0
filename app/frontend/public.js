// @ts-check
/** The public's pages: on the map state, data, map and sheet come together; elsewhere only large type is remembered. */

import { findPlaces, gatherStreets } from "./around.js";
import { AwayError, CityData } from "./data.js";
import { byId, make } from "./dom.js";
import { latOf, lonOf } from "./geometry/mercator.js";
import { PublicMap } from "./map/public-map.js";
import { startCombobox } from "./panels/combobox.js";
import { aboutClosure, aboutProject, nameOf, projectPicture, startHere } from "./panels/here.js";
import { dismiss, notify } from "./panels/notices.js";
import { startPublicSheet } from "./panels/public-sheet.js";
import { Store } from "./store.js";
import { gettext, setMessages } from "./text.js";

/** @typedef {import("./around.js").PublicProject} PublicProject */
/** @typedef {import("./around.js").Closure} Closure */
/** @typedef {{ day: string, projects: PublicProject[], closures: Closure[], outages: Record<string, any>[] }} Overview */
/**
 * @typedef {object} PublicPage
 * @property {import("./format.js").Language} language
 * @property {boolean} large
 * @property {{ name: string, bbox: [number, number, number, number] }} city
 * @property {string} today
 * @property {boolean} lampShown
 * @property {Record<string, Record<string, string>>} codes
 * @property {Record<string, string | string[]>} messages
 * @property {{ map: string, site: string, closure: string }} paths
 */
/**
 * @typedef {object} PublicState
 * @property {Overview | null} overview
 * @property {string | null} site code of the project that is open
 * @property {string | null} closure code of the diversion that is open
 * @property {Record<string, any> | null} utility the utility work that is open
 * @property {string | null} mode how the reader travels
 * @property {string[]} around codes of the diversions that concern the open project
 * @property {[number, number, number, number] | null} seen the part of the city that is looked at
 */
/** @typedef {Store<PublicState>} PublicStore */

const LARGE = "large-type";

/** Large type stays on from page to page: the address carries it, and this browser remembers it. */
function startLarge() {
  const root = document.documentElement;
  const link = /** @type {HTMLAnchorElement | null} */ (document.getElementById("large"));
  const asked = root.classList.contains("large");
  if (asked) localStorage.setItem(LARGE, "1");
  else if (localStorage.getItem(LARGE) === "1") root.classList.add("large");
  const show = () => {
    const on = root.classList.contains("large");
    if (on) link?.setAttribute("aria-current", "true");
    else link?.removeAttribute("aria-current");
  };
  link?.addEventListener("click", (event) => {
    event.preventDefault();
    const on = root.classList.toggle("large");
    if (on) localStorage.setItem(LARGE, "1");
    else localStorage.removeItem(LARGE);
    const url = new URL(location.href);
    if (on) url.searchParams.set("large", "1");
    else url.searchParams.delete("large");
    history.replaceState(null, "", url);
    window.dispatchEvent(new Event("resize"));
    show();
  });
  show();
}

/** @param {PublicPage} page */
function startMap(page) {
  setMessages(page.messages);
  const data = new CityData("/public");
  const address = new URL(location.href).searchParams;
  /** @type {PublicStore} */
  const store = new Store(
    /** @type {PublicState} */ ({
      overview: null,
      site: null,
      closure: null,
      utility: null,
      mode: null,
      around: [],
      seen: null,
    }),
  );

  const away = (/** @type {unknown} */ error) => {
    if (!(error instanceof AwayError)) throw error;
    notify("away", gettext("The server does not answer."), { label: gettext("Try again"), act: readAll });
  };
  const map = new PublicMap(byId("map"), page, store, data, { away, moved: (seen) => store.set({ seen }) });
  startPublicSheet(store, page);
  startHere(store, page);
  startModes(store);

  /** @type {import("./around.js").Street[]} */
  let streets = [];
  startCombobox(byId("search"), byId("search-results"), {
    find: (text) => {
      const { overview } = store.state;
      return overview ? findPlaces({ ...overview, streets }, text) : [];
    },
    row: (place) => {
      if (place.kind === "project") {
        return rowOf(projectPicture(place.project), nameOf(place.project, page.language), aboutProject(place.project));
      }
      if (place.kind === "closure") {
        const { closure } = place;
        const about = `${gettext("Road closed")} · ${aboutClosure(closure, page)}`;
        return rowOf(make("i", { class: "closure-sign" }), closure.name ?? closure.whereabouts ?? closure.code, about);
      }
      return rowOf(make("i"), nameOf(place.street, page.language), gettext("Street"));
    },
    choose: (place) => {
      if (place.kind === "project") store.set({ site: place.project.code, closure: null, utility: null });
      else if (place.kind === "closure") store.set({ closure: place.closure.code, site: null, utility: null });
      else map.showBox(place.street.box);
    },
    nothing: gettext("Nothing found. Try part of a name or a street."),
  });

  async function readAll() {
    const reading = data.readJson("overview").then((overview) => {
      store.set({ overview });
      dismiss("away");
    }, away);
    await Promise.all([reading, map.readLayers()]);
    const roads = await data.layer("roads").catch(() => []);
    streets = gatherStreets(roads, lonOf, latOf);
    document.documentElement.classList.add("public-ready");
  }

  let walking = false;
  store.listen(({ site, closure }, changed) => {
    if (walking || (!changed.has("site") && !changed.has("closure"))) return;
    const url = new URL(location.href);
    for (const [name, code] of Object.entries({ site, closure })) {
      if (code) url.searchParams.set(name, code);
      else url.searchParams.delete(name);
    }
    if (url.href !== location.href) history.pushState(null, "", url);
  });
  window.addEventListener("popstate", () => {
    const { searchParams } = new URL(location.href);
    walking = true;
    store.set({ site: searchParams.get("site"), closure: searchParams.get("closure"), utility: null });
    walking = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") store.set({ site: null, closure: null, utility: null });
  });

  walking = true;
  store.set({ site: address.get("site"), closure: address.get("closure") });
  walking = false;
  readAll();
}

/**
 * @param {Node} picture
 * @param {string} name
 * @param {string} about
 * @returns {Node[]}
 */
function rowOf(picture, name, about) {
  return [
    picture,
    make("span", { class: "list-name", text: name }),
    make("span", { class: "list-about", text: about }),
  ];
}

/** How the reader travels: the ways round of that kind are drawn. @param {PublicStore} store */
function startModes(store) {
  const modes = byId("modes");
  modes.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (!button) return;
    const mode = button.dataset.mode ?? null;
    store.set({ mode: store.state.mode === mode ? null : mode });
  });
  store.listen(({ mode }, changed) => {
    if (!changed.has("mode")) return;
    for (const button of modes.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    }
  });
}

startLarge();
const written = document.getElementById("page")?.textContent;
if (written) startMap(JSON.parse(written));
