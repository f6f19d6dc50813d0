// @ts-check
/** The search field: what is typed is answered at once with projects and roads; "/" leads to it from anywhere. */

import { byId, icon, lampPicture, make } from "../dom.js";
import { projectName, setValues, unitName } from "../filters.js";
import { lampWord } from "../lamps.js";
import { findMatches, findRoads, fold, score } from "../search.js";
import { gettext, ngettext } from "../text.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../filters.js").Project} Project */
/** @typedef {import("../unpack.js").RoadName} RoadName */
/** @typedef {{ row: HTMLElement, choose: () => void }} Found */

/**
 * @param {PageStore} store
 * @param {{ language: string, open: (code: string) => void, openRoad: (name: string) => void }} options
 * @returns {{ setRoads: (roads: RoadName[]) => void }}
 */
export function startSearch(store, { language, open, openRoad }) {
  /** @type {HTMLInputElement} */
  const input = byId("search");
  const results = byId("search-results");
  /** @type {Found[]} */
  let found = [];
  /** @type {RoadName[]} */
  let roads = [];
  let at = -1;

  const close = () => {
    results.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const choose = (/** @type {Found | undefined} */ one) => {
    if (!one) return;
    close();
    input.value = "";
    one.choose();
  };
  const mark = (/** @type {number} */ next) => {
    at = next;
    [...results.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === at));
      if (index === at) option.scrollIntoView({ block: "nearest" });
    });
    if (at >= 0) input.setAttribute("aria-activedescendant", `search-${at}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const show = () => {
    const began = performance.now();
    const typed = input.value.trim();
    const query = fold(typed);
    const asked = query !== "";
    const all = asked ? store.state.projects.filter((project) => score(project, query) > 0) : [];
    found = [
      ...findRoads(roads, typed).map((road) => ({
        row: roadRow(road, language),
        choose: () => openRoad(road.name),
      })),
      ...findMatches(all, typed).map((project) => ({
        row: projectRow(project, store, language),
        choose: () => open(project.code),
      })),
    ];
    if (all.length > 1) {
      found.push({
        row: make("li", { class: "results-all", text: showAllWord(all.length) }),
        choose: () => store.set({ filters: setValues(store.state.filters, "words", [typed.replace(/,/g, " ")]) }),
      });
    }
    found.forEach(({ row }, index) => {
      row.id = `search-${index}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.dataset.index = String(index);
    });
    results.hidden = !asked;
    input.setAttribute("aria-expanded", String(asked && found.length > 0));
    results.replaceChildren(...found.map(({ row }) => row));
    if (asked && found.length === 0) {
      results.append(
        make("li", {
          class: "results-none",
          role: "option",
          "aria-disabled": "true",
          text: gettext("Nothing found. Try a code, part of a name, or initials such as dfhl."),
        }),
      );
    }
    mark(found.length ? 0 : -1);
    performance.measure("search", { start: began });
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", () => input.value && show());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && found.length) mark((at + 1) % found.length);
    else if (event.key === "ArrowUp" && found.length) mark((at - 1 + found.length) % found.length);
    else if (event.key === "Enter") choose(found[at]);
    else if (event.key === "Escape" && !results.hidden) {
      event.stopPropagation();
      close();
    } else return;
    event.preventDefault();
  });
  // A press, not a click: the field would lose the focus first and take the list away.
  results.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const row = /** @type {HTMLElement} */ (event.target).closest("li");
    if (row?.dataset.index) choose(found[Number(row.dataset.index)]);
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key !== "/" || event.ctrlKey || event.metaKey || target.matches("input, select, textarea")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  return {
    setRoads(known) {
      roads = known;
    },
  };
}

/**
 * @param {number} num
 * @returns {string}
 */
function showAllWord(num) {
  return ngettext("Show %(num)s project on map and list", "Show all %(num)s projects on map and list", num);
}

/**
 * @param {RoadName} road
 * @param {string} language
 * @returns {HTMLElement}
 */
function roadRow(road, language) {
  return make(
    "li",
    {},
    icon("road"),
    make("span", { class: "list-name", text: (language === "en" && road.name_en) || road.name }),
    make("span", { class: "list-about", text: gettext("Road: fly there and list what is on it") }),
  );
}

/**
 * @param {Project} project
 * @param {PageStore} store
 * @param {string} language
 * @returns {HTMLElement}
 */
function projectRow(project, store, language) {
  const status = store.state.board?.projects[project.id];
  const row = make(
    "li",
    {},
    make("span", { class: "list-name", text: projectName(project, language) }),
    make("span", {
      class: "list-about",
      text: [project.code, unitName(project, language)].filter(Boolean).join(" · "),
    }),
  );
  if (status) {
    row.prepend(lampPicture(status[0]), make("span", { class: "visually-hidden", text: lampWord(status[0]) }));
  }
  return row;
}
