// @ts-check
/** The list of projects: the same as the map, for eyes and keyboards that prefer it; it also holds what has no place. */

import { byId, lampPicture, make } from "../dom.js";
import { countValues, projectName, toggleValue, unitName } from "../filters.js";
import { formatNumber } from "../format.js";
import { isHollow, lampWord, stageWord } from "../lamps.js";
import { gettext } from "../text.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../page.js").Shared} Shared */
/** @typedef {import("../filters.js").Project} Project */

/**
 * @param {PageStore} store
 * @param {{ language: string, hrefOf: (code: string) => string, open: (code: string, from: HTMLElement) => void }} options
 */
export function startList(store, options) {
  const fold = /** @type {HTMLDetailsElement} */ (byId("list-fold"));
  const list = byId("list");
  const unlocated = byId("unlocated");
  unlocated.addEventListener("click", () => {
    store.set({ filters: toggleValue(store.state.filters, "place", "none") });
    fold.open = true;
  });
  list.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    options.open(link.dataset.code ?? "", link);
  });
  list.addEventListener("keydown", (event) => moveFocus(event, list));
  const point = (/** @type {Event} */ event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    store.set({ hovered: Number(link?.dataset.id ?? 0) });
  };
  list.addEventListener("mouseover", point);
  list.addEventListener("focusin", point);
  list.addEventListener("mouseleave", () => store.set({ hovered: 0 }));
  const refresh = () => fill(store.state, list, options);
  fold.addEventListener("toggle", () => {
    byId("board").classList.toggle("tall", fold.open);
    refresh();
  });
  store.listen((state, changed) => {
    if (changed.has("shown") || changed.has("board")) {
      byId("list-count").textContent = formatNumber(state.shown.length);
      byId("list-empty").hidden = state.shown.length > 0 || state.projects.length === 0;
      const without = countValues("place", state.projects, state.board?.projects ?? {}, state.filters).get("none") ?? 0;
      byId("unlocated-count").textContent = formatNumber(without);
      unlocated.hidden = without === 0;
      unlocated.setAttribute("aria-pressed", String((state.filters.place ?? []).includes("none")));
      if (fold.open) refresh();
    }
    if (changed.has("project") && fold.open) markOpen(list, state.project);
  });
}

/**
 * @param {Shared} state
 * @param {HTMLElement} list
 * @param {{ language: string, hrefOf: (code: string) => string }} options
 */
function fill({ shown, board, project: openCode }, list, { language, hrefOf }) {
  list.replaceChildren(...shown.map((project) => row(project, board?.projects[project.id], language, hrefOf)));
  markOpen(list, openCode);
}

/**
 * @param {Project} project
 * @param {import("../lamps.js").Status | undefined} status
 * @param {string} language
 * @param {(code: string) => string} hrefOf
 * @returns {HTMLElement}
 */
function row(project, status, language, hrefOf) {
  const name = projectName(project, language);
  const about = [status ? stageWord(status[1]) : "", unitName(project, language)];
  if (project.standing !== "active") about.unshift(standingWord(project.standing));
  if (!project.located) about.push(gettext("No location"));
  const link = make(
    "a",
    { href: hrefOf(project.code), "data-code": project.code, "data-id": String(project.id) },
    make("span", { class: "list-name", text: name }),
    make("span", { class: "list-about", text: about.filter(Boolean).join(" · ") }),
  );
  if (status) {
    link.prepend(
      lampPicture(status[0], isHollow(status)),
      make("span", { class: "visually-hidden", text: lampWord(status[0]) }),
    );
  }
  return make("li", {}, link);
}

/**
 * @param {string} standing
 * @returns {string}
 */
function standingWord(standing) {
  switch (standing) {
    case "postponed":
      return gettext("Postponed");
    case "moved_out":
      return gettext("Moved out");
    case "ended":
      return gettext("Ended");
    default:
      return standing;
  }
}

/**
 * @param {HTMLElement} list
 * @param {string | null} code
 */
function markOpen(list, code) {
  for (const link of list.querySelectorAll("a")) {
    if (link.dataset.code === code) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/**
 * Arrow keys, Home and End walk through the list.
 * @param {KeyboardEvent} event
 * @param {HTMLElement} list
 */
function moveFocus(event, list) {
  const links = [...list.querySelectorAll("a")];
  const at = links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (next === undefined || at < 0) return;
  event.preventDefault();
  links[Math.max(0, Math.min(links.length - 1, next))]?.focus();
}
