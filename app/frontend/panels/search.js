// @ts-check
/** The search field: what is typed is answered at once with projects; "/" leads to it from anywhere. */

import { byId, lampPicture, make } from "../dom.js";
import { projectName, unitName } from "../filters.js";
import { lampWord } from "../lamps.js";
import { findMatches } from "../search.js";
import { gettext } from "../text.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../filters.js").Project} Project */

/**
 * @param {PageStore} store
 * @param {{ language: string, open: (code: string, from: HTMLElement) => void }} options
 */
export function startSearch(store, { language, open }) {
  /** @type {HTMLInputElement} */
  const input = byId("search");
  const results = byId("search-results");
  /** @type {Project[]} */
  let found = [];
  let at = -1;

  const close = () => {
    results.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const choose = (/** @type {Project | undefined} */ project) => {
    if (!project) return;
    close();
    input.value = "";
    open(project.code, input);
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
    found = findMatches(store.state.projects, input.value);
    const asked = input.value.trim() !== "";
    results.hidden = !asked;
    input.setAttribute("aria-expanded", String(asked && found.length > 0));
    results.replaceChildren(...found.map((project, index) => option(project, index, store, language)));
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
}

/**
 * @param {Project} project
 * @param {number} index
 * @param {PageStore} store
 * @param {string} language
 * @returns {HTMLElement}
 */
function option(project, index, store, language) {
  const status = store.state.board?.projects[project.id];
  const row = make(
    "li",
    { id: `search-${index}`, role: "option", "aria-selected": "false", "data-index": String(index) },
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
