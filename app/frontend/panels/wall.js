// @ts-check
/** The screen on the wall: what turned red last and at whose desk it lies, when the data was read, and a new day. */

import { byId, lampPicture, make } from "../dom.js";
import { projectName, unitName } from "../filters.js";
import { formatDay } from "../format.js";
import { isHollow, lampWord } from "../lamps.js";
import { gettext } from "../text.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../page.js").Shared} Shared */
/** @typedef {import("../page.js").Page} Page */

/**
 * @param {PageStore} store
 * @param {Page} page
 * @param {() => void} readBoard read the board again, though nothing is known to have changed
 * @returns {{ heard: () => void } | null} null on a screen that is not on a wall
 */
export function startWall(store, page, readBoard) {
  if (!document.documentElement.classList.contains("wall")) return null;
  const time = byId("data-time");
  store.listen((state, changed) => {
    if (changed.has("board") && state.board) {
      time.textContent = formatTime(new Date());
      // Nobody is there to turn the page to a new day.
      if (state.board.today !== page.today) location.reload();
    }
    if (changed.has("board") || changed.has("projects")) fill(state, page);
  });
  return { heard: readBoard };
}

/**
 * @param {Date} at
 * @returns {string} hours and minutes, in both languages as 18:05
 */
function formatTime(at) {
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/**
 * @param {Shared} state
 * @param {Page} page
 */
function fill({ board, projects }, { language, today }) {
  if (!board || projects.length === 0) return;
  const byNumber = new Map(projects.map((project) => [project.id, project]));
  byId("turned-red").replaceChildren(
    ...board.turned_red.flatMap(([id, since]) => {
      const project = byNumber.get(id);
      const status = board.projects[id];
      if (!project || !status) return [];
      const awaited = (status[3]?.awaited ?? []).map(
        (unit) => (language === "en" && board.awaited_units[unit]) || unit,
      );
      const desk = awaited.length
        ? gettext("awaits %(unit)s", { unit: awaited.join(language === "en" ? ", " : "、") })
        : unitName(project, language);
      return make(
        "li",
        {},
        lampPicture(status[0], isHollow(status)),
        make("span", { class: "visually-hidden", text: lampWord(status[0]) }),
        make("span", { class: "turned-red-name", text: projectName(project, language) }),
        make("span", { class: "turned-red-since", text: formatDay(since, language, today) }),
        make("span", { class: "turned-red-desk", text: desk }),
      );
    }),
  );
  byId("turned-red-empty").hidden = board.turned_red.length > 0;
}
