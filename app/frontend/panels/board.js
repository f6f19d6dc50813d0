// @ts-check
/** The card on the left: the city's counts, which are also the filters by lamp. */

import { byId } from "../dom.js";
import { countFilters, countValues, isCounted, toggleValue } from "../filters.js";
import { formatNumber } from "../format.js";
import { LAMPS } from "../lamps.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../page.js").Shared} Shared */

const TOTALS = /** @type {const} */ ([
  "not_started",
  "overdue_start",
  "open_blockers",
  "red_cards",
  "turning_red_30",
  "ruled",
]);

/** @param {PageStore} store */
export function startBoard(store) {
  const figures = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll(".figure"));
  for (const figure of figures) {
    figure.addEventListener("click", () => {
      store.set({ filters: toggleValue(store.state.filters, "lamp", figure.dataset.lamp ?? "") });
    });
  }
  byId("clear").addEventListener("click", () => {
    store.set({ filters: {} });
    byId("board").focus();
  });
  store.listen((state, changed) => {
    if (changed.has("board") || changed.has("filters") || changed.has("projects")) show(state, figures);
  });
}

/**
 * @param {Shared} state
 * @param {NodeListOf<HTMLButtonElement>} figures
 */
function show(state, figures) {
  const { board, filters, projects } = state;
  const lamps = filters.lamp ?? [];
  for (const figure of figures) {
    const lamp = figure.dataset.lamp ?? "";
    figure.setAttribute("aria-pressed", String(lamps.includes(lamp)));
    figure.classList.toggle("dimmed", lamps.length > 0 && !lamps.includes(lamp));
  }
  byId("clear").hidden = countFilters(filters) === 0;
  if (!board) return;
  // Without projects the board's own counts are shown; with filters each figure says how many it would leave.
  const counted = projects.filter((project) => isCounted(project, board.day));
  const counts = projects.length
    ? countValues("lamp", counted, board.projects, filters)
    : new Map(Object.entries(board.counts));
  let total = 0;
  for (const lamp of LAMPS) {
    const count = counts.get(lamp) ?? 0;
    total += lamps.length === 0 || lamps.includes(lamp) ? count : 0;
    const number = document.querySelector(`[data-count="${lamp}"]`);
    if (number) number.textContent = formatNumber(count);
    const ofSites = document.querySelector(`[data-site-count="${lamp}"]`);
    if (ofSites) ofSites.textContent = formatNumber(board.site_counts[lamp] ?? 0);
  }
  byId("total").textContent = formatNumber(total);
  for (const name of TOTALS) {
    const number = document.querySelector(`[data-total="${name}"]`);
    if (number) number.textContent = formatNumber(board[name]);
  }
  showRuled(board);
}

/**
 * How many lamps are ruled, and how many there would be of each without the rulings; nothing where there is no ruling.
 * @param {import("../data.js").Board} board
 */
function showRuled(board) {
  const line = byId("ruled");
  line.hidden = board.ruled === 0;
  for (const number of line.querySelectorAll("[data-computed]")) {
    const lamp = /** @type {HTMLElement} */ (number).dataset.computed ?? "";
    number.textContent = formatNumber(board.computed_counts[lamp] ?? 0);
  }
}
