// @ts-check
/** Comparing with another day: which day, and how many got worse, got better or are new since then. */

import { CHANGES } from "../compare.js";
import { addDays, isDay } from "../day.js";
import { byId, make } from "../dom.js";
import { countValues, setValues, toggleValue } from "../filters.js";
import { formatNumber } from "../format.js";
import { gettext } from "../text.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../page.js").Shared} Shared */

/** As the badges at the symbols show them. */
const SIGNS = { worse: "↓", better: "↑", new: "+" };

/**
 * @param {string} change
 * @returns {string}
 */
function changeWord(change) {
  switch (change) {
    case "worse":
      return gettext("Worse");
    case "better":
      return gettext("Better");
    default:
      return gettext("New");
  }
}

/** @param {PageStore} store */
export function startCompare(store) {
  /** @type {HTMLInputElement} */
  const field = byId("against");
  const choose = (/** @type {string | null} */ against) => {
    const { filters } = store.state;
    store.set({ against, filters: against ? filters : setValues(filters, "change", []) });
  };
  byId("against-week").addEventListener("click", () => choose(addDays(store.state.day, -7)));
  byId("against-month").addEventListener("click", () => choose(addDays(store.state.day, -30)));
  byId("against-none").addEventListener("click", () => {
    choose(null);
    field.focus();
  });
  field.addEventListener("change", () => choose(isDay(field.value) ? field.value : null));
  const chips = CHANGES.map((change) => {
    const count = make("b");
    const sign = make("span", { "aria-hidden": "true", text: SIGNS[change] });
    const chip = make("button", { type: "button", class: "chip", "data-change": change });
    chip.append(sign, ` ${changeWord(change)} `, count);
    chip.addEventListener("click", () => store.set({ filters: toggleValue(store.state.filters, "change", change) }));
    return { change, chip, count };
  });
  byId("changes").append(...chips.map(({ chip }) => chip));
  const show = (/** @type {Shared} */ { against, board, projects, filters }) => {
    field.value = against ?? "";
    byId("changes").hidden = against === null;
    byId("against-none").hidden = against === null;
    const counts = countValues("change", projects, board?.projects ?? {}, filters);
    for (const { change, chip, count } of chips) {
      count.textContent = formatNumber(counts.get(change) ?? 0);
      chip.setAttribute("aria-pressed", String((filters.change ?? []).includes(change)));
    }
  };
  show(store.state);
  /** @type {HTMLDetailsElement} */ (byId("compare")).open = store.state.against !== null;
  store.listen((state, changed) => {
    if (changed.has("against") || changed.has("board") || changed.has("projects") || changed.has("filters"))
      show(state);
  });
}
