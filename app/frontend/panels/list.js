// @ts-check
/** The list of projects: the same as the map, for eyes and keyboards that prefer it; it also holds what has no place. */

import { byId, lampPicture, make } from "../dom.js";
import { countValues, projectName, toggleValue, unitName } from "../filters.js";
import { formatMoney, formatNumber } from "../format.js";
import { isHollow, isRuled, lampWord, markWord, stageWord } from "../lamps.js";
import { sortProjects } from "../order.js";
import { gettext } from "../text.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../page.js").Shared} Shared */
/** @typedef {import("../filters.js").Project} Project */

/**
 * @param {PageStore} store
 * @param {{ language: "zh" | "en", hrefOf: (code: string) => string, open: (code: string, from: HTMLElement) => void }} options
 */
export function startList(store, options) {
  const fold = /** @type {HTMLDetailsElement} */ (byId("list-fold"));
  const list = byId("list");
  const unlocated = byId("unlocated");
  unlocated.addEventListener("click", () => {
    store.set({ filters: toggleValue(store.state.filters, "place", "none") });
    fold.open = true;
  });
  const within = byId("within");
  within.addEventListener("click", () => {
    store.set({ within: !store.state.within });
    fold.open = true;
  });
  /** @type {HTMLSelectElement} */
  const sort = byId("sort");
  sort.value = store.state.sort ?? "";
  sort.addEventListener("change", () => store.set({ sort: sort.value || null }));
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
    if (["shown", "board", "inView", "within", "sort"].some((name) => changed.has(/** @type {any} */ (name)))) {
      const listed = findListed(state);
      byId("list-count").textContent = formatNumber(listed.length);
      byId("list-empty").hidden = listed.length > 0 || state.projects.length === 0;
      within.setAttribute("aria-pressed", String(state.within));
      sort.value = state.sort ?? "";
      const outside = state.shown.length - listed.length;
      byId("outside").hidden = outside === 0;
      byId("outside").textContent = gettext("%(num)s more lie elsewhere or have no location.", { num: outside });
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
 * @returns {Project[]} those shown, if asked for only those on the map's present part
 */
function findListed({ shown, within, inView }) {
  return within && inView ? shown.filter((project) => inView.has(project.id)) : shown;
}

/**
 * @param {Shared} state
 * @param {HTMLElement} list
 * @param {{ language: "zh" | "en", hrefOf: (code: string) => string }} options
 */
function fill(state, list, { language, hrefOf }) {
  const { board, sort, project: openCode } = state;
  const ordered = sortProjects(findListed(state), board?.projects ?? {}, sort, language);
  // What is replaced takes the focus with it.
  const held = list.contains(document.activeElement)
    ? /** @type {HTMLElement} */ (document.activeElement).dataset.code
    : null;
  list.replaceChildren(
    ...ordered.map((project) => row(project, board?.projects[project.id], language, hrefOf, sort === "investment")),
  );
  markOpen(list, openCode);
  if (held) [...list.querySelectorAll("a")].find((link) => link.dataset.code === held)?.focus({ preventScroll: true });
}

/**
 * @param {Project} project
 * @param {import("../lamps.js").Status | undefined} status
 * @param {"zh" | "en"} language
 * @param {(code: string) => string} hrefOf
 * @param {boolean} withMoney
 * @returns {HTMLElement}
 */
function row(project, status, language, hrefOf, withMoney) {
  const name = projectName(project, language);
  const about = [status ? stageWord(status[1]) : "", unitName(project, language)];
  if (project.standing !== "active") about.unshift(standingWord(project.standing));
  if (status && isRuled(status)) about.unshift(markWord("ruled"));
  if (!project.located) about.push(gettext("No location"));
  if (withMoney && project.investment_yuan) about.unshift(formatMoney(project.investment_yuan, language));
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
