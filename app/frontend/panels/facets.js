// @ts-check
/** The folded filters: one list of values with counts for each facet. */

import { byId, make } from "../dom.js";
import { countFilters, countValues, setValues, toggleValue, unitName } from "../filters.js";
import { formatNumber } from "../format.js";
import { markWord, stageWord } from "../lamps.js";
import { gettext } from "../text.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../page.js").Shared} Shared */
/** @typedef {{ facet: string, title: string, word: (value: string) => string }} Facet */

/** What is asked for most, one press away. */
const QUICK = [
  { facet: "mark", value: "start_overdue" },
  { facet: "mark", value: "not_reported" },
  { facet: "mark", value: "at_risk" },
  { facet: "place", value: "none" },
];

/**
 * @param {PageStore} store
 * @param {Pick<import("../page.js").Page, "codes" | "language">} page
 */
export function startFacets(store, { codes, language }) {
  const code = (/** @type {string} */ kind) => (/** @type {string} */ value) => codes[kind]?.[value] ?? value;
  const unit = (/** @type {string} */ value) => {
    const project = store.state.projects.find((one) => one.lead_unit === value);
    return project ? unitName(project, language) : value;
  };
  const district = (/** @type {string} */ value) => {
    const project = store.state.projects.find((one) => one.districts.includes(value));
    return (language === "en" && project?.districts_en[project.districts.indexOf(value)]) || value;
  };
  const awaited = (/** @type {string} */ value) =>
    (language === "en" && store.state.board?.awaited_units[value]) || value;
  /** @type {Facet[]} */
  const facets = [
    { facet: "stage", title: gettext("Stage"), word: stageWord },
    { facet: "category", title: gettext("Category"), word: code("category") },
    { facet: "nature", title: gettext("Nature"), word: code("nature") },
    { facet: "district", title: gettext("District"), word: district },
    { facet: "unit", title: gettext("Lead unit"), word: unit },
    { facet: "leader", title: gettext("Sponsor leader"), word: (value) => value },
    { facet: "awaited", title: gettext("Awaited unit"), word: awaited },
    { facet: "cause", title: gettext("Blocker cause"), word: code("cause") },
    { facet: "mark", title: gettext("Mark"), word: markWord },
  ];
  const chips = QUICK.map(({ facet, value }) => {
    const count = make("b");
    const word = facet === "mark" ? markWord(value) : gettext("No location");
    const chip = make("button", { type: "button", class: "chip", "data-quick": value }, `${word} `, count);
    chip.addEventListener("click", () => store.set({ filters: toggleValue(store.state.filters, facet, value) }));
    return { facet, value, chip, count };
  });
  byId("quick").append(...chips.map(({ chip }) => chip));
  const frame = byId("facets");
  const selects = facets.map((facet) => {
    const select = make("select", { id: `facet-${facet.facet}` });
    select.addEventListener("change", () => {
      const values = select.value ? [select.value] : [];
      store.set({ filters: setValues(store.state.filters, facet.facet, values) });
    });
    frame.append(make("label", { for: select.id, text: facet.title }), select);
    return { facet, select };
  });
  const fold = /** @type {HTMLDetailsElement} */ (byId("filters"));
  const refresh = () => {
    for (const { facet, select } of selects) fillSelect(store.state, facet, select);
    for (const { facet, value, chip, count } of chips) {
      const { projects, board, filters } = store.state;
      const counts = countValues(facet, projects, board?.projects ?? {}, filters);
      count.textContent = formatNumber(counts.get(value) ?? 0);
      chip.setAttribute("aria-pressed", String((filters[facet] ?? []).includes(value)));
    }
  };
  fold.addEventListener("toggle", refresh);
  store.listen((state, changed) => {
    if (!changed.has("filters") && !changed.has("board") && !changed.has("projects")) return;
    const { lamp: _, place: __, ...folded } = state.filters;
    const count = byId("filter-count");
    count.textContent = String(countFilters(folded));
    count.hidden = countFilters(folded) === 0;
    // Counting the facets over all projects is only worth while somebody looks at them.
    if (fold.open) refresh();
  });
}

/**
 * @param {Shared} state
 * @param {Facet} facet
 * @param {HTMLSelectElement} select
 */
function fillSelect({ board, projects, filters }, { facet, word }, select) {
  if (!board) return;
  const counts = countValues(facet, projects, board.projects, filters);
  const chosen = filters[facet] ?? [];
  for (const value of chosen) if (!counts.has(value)) counts.set(value, 0);
  const values = [...counts].sort((a, b) => b[1] - a[1]);
  select.replaceChildren(
    make("option", { value: "", text: gettext("All") }),
    ...values.map(([value, count]) =>
      make("option", { value, selected: chosen.includes(value), text: `${word(value)} · ${formatNumber(count)}` }),
    ),
  );
  select.value = chosen[0] ?? "";
  select.classList.toggle("chosen", chosen.length > 0);
}
