// @ts-check
/** What lies in the part of the map that is looked at: closed roads and projects, the nearest first. */

import { nearest } from "../around.js";
import { byId, make, picture } from "../dom.js";
import { formatDay, formatNumber } from "../format.js";
import { lampWord, stageWord } from "../lamps.js";
import { stageForm } from "../stages.js";
import { gettext } from "../text.js";

/** @typedef {import("../around.js").PublicProject} PublicProject */
/** @typedef {import("../around.js").Closure} Closure */
/** @typedef {import("../public.js").PublicPage} PublicPage */
/** @typedef {import("../public.js").PublicStore} PublicStore */

/** Rows of each list; the map shows the rest. */
const MOST_CLOSURES = 6;
const MOST_PROJECTS = 30;

/**
 * @param {PublicStore} store
 * @param {PublicPage} page
 */
export function startHere(store, page) {
  const closures = byId("closures-here");
  const projects = byId("projects-here");
  store.listen(({ overview, seen }, changed) => {
    if (!overview || !seen || (!changed.has("overview") && !changed.has("seen"))) return;
    const closed = nearest(overview.closures, seen);
    const built = nearest(overview.projects, seen);
    closures.replaceChildren(...closed.slice(0, MOST_CLOSURES).map((one) => closureRow(one, page)));
    projects.replaceChildren(...built.slice(0, MOST_PROJECTS).map((one) => projectRow(one, page)));
    byId("closures-count").textContent = formatNumber(closed.length);
    byId("projects-count").textContent = formatNumber(built.length);
    byId("nothing-here").hidden = closed.length + built.length > 0;
  });
  for (const list of [closures, projects]) {
    list.addEventListener("click", (event) => {
      const link = /** @type {HTMLElement} */ (event.target).closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const { site = null, closure = null } = link.dataset;
      store.set({ site, closure, utility: null });
    });
  }
}

/**
 * @param {{ name: string, name_en: string | null }} thing
 * @param {string} language
 * @returns {string}
 */
export function nameOf(thing, language) {
  return (language === "en" && thing.name_en) || thing.name;
}

/**
 * What of a closure is told in a row.
 * @param {Closure} closure
 * @param {PublicPage} page
 * @returns {string}
 */
export function aboutClosure({ first_on, last_on, coming, overdue }, { language, today }) {
  if (coming) return gettext("from %(day)s", { day: formatDay(first_on, language, today) });
  if (overdue) return gettext("past its end, not open yet");
  if (!last_on) return gettext("end not known yet");
  return gettext("until %(day)s", { day: formatDay(last_on, language, today) });
}

/**
 * What of a project is told in a row.
 * @param {PublicProject} project
 * @returns {string}
 */
export function aboutProject({ lamp, stage, percent }) {
  const done = percent === null || stage !== "under_construction" ? "" : ` · ${formatNumber(percent)}%`;
  return `${lamp ? `${lampWord(lamp)} · ` : ""}${stageWord(stage)}${done}`;
}

/**
 * @param {PublicProject} project
 * @returns {SVGElement}
 */
export function projectPicture({ lamp, stage }) {
  if (lamp) return picture(`lamp-${lamp}`, `lamp lamp-${lamp}`);
  const form = stageForm(stage);
  return picture(`stage-${form}`, `lamp stage stage-${form}`);
}

/**
 * @param {Closure} closure
 * @param {PublicPage} page
 * @returns {HTMLElement}
 */
function closureRow(closure, page) {
  const link = make(
    "a",
    { href: page.paths.closure.replace("CODE/sheet", encodeURIComponent(closure.code)), "data-closure": closure.code },
    make("i", { class: "closure-sign" }),
    make("span", { class: "list-name", text: closure.name ?? closure.whereabouts ?? closure.code }),
    make("span", { class: "list-about", text: aboutClosure(closure, page) }),
  );
  return make("li", {}, link);
}

/**
 * @param {PublicProject} project
 * @param {PublicPage} page
 * @returns {HTMLElement}
 */
function projectRow(project, page) {
  const link = make(
    "a",
    { href: page.paths.site.replace("CODE/sheet", encodeURIComponent(project.code)), "data-site": project.code },
    projectPicture(project),
    make("span", { class: "list-name", text: nameOf(project, page.language) }),
    make("span", { class: "list-about", text: aboutProject(project) }),
  );
  return make("li", {}, link);
}
