// @ts-check
/** The legend: what the symbols mean, with the number of sites, and what is switched on besides. */

import { byId, lampPicture, make } from "../dom.js";
import { formatNumber } from "../format.js";
import { LAMPS, lampWord } from "../lamps.js";
import { gettext } from "../text.js";
import { layerWord, modeWord } from "../words.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../page.js").Shared} Shared */

/**
 * @param {PageStore} store
 * @param {{ codes: Record<string, Record<string, string>> }} page
 */
export function startLegend(store, { codes }) {
  const fold = /** @type {HTMLDetailsElement} */ (byId("legend"));
  const refresh = () => fold.open && show(store.state, codes);
  fold.addEventListener("toggle", refresh);
  store.listen((_, changed) => {
    if (changed.has("board") || changed.has("layers") || changed.has("bySize")) refresh();
  });
}

/**
 * @param {Shared} state
 * @param {Record<string, Record<string, string>>} codes
 */
function show({ board, layers, bySize }, codes) {
  const rows = LAMPS.map((lamp) =>
    row(lampPicture(lamp), lampWord(lamp), board ? formatNumber(board.site_counts[lamp] ?? 0) : ""),
  );
  rows.push(row(lampPicture("green", true), gettext("Hollow: not reported for 60 days")));
  rows.push(row(make("span", { class: "swatch swatch-suspended" }), gettext("Hatched: work stands still")));
  if (board?.ruled) rows.push(row(make("span", { class: "swatch swatch-ruled" }), gettext("Square: lamp by ruling")));
  if (bySize) rows.push(make("li", { class: "muted", text: gettext("Size: investment of the site") }));
  if (layers.includes("red_shares")) {
    const swatch = make("span", { class: "swatch swatch-red_shares" });
    rows.push(row(swatch, gettext("Red of all projects in the district")));
  }
  if (layers.includes("overlaps"))
    rows.push(row(make("span", { class: "swatch swatch-overlaps" }), layerWord("overlaps")));
  if (layers.includes("relocations")) {
    rows.push(row(make("span", { class: "swatch swatch-relocations" }), layerWord("relocations")));
    for (const [utility, letter] of Object.entries(codes.letter ?? {})) {
      rows.push(row(make("span", { class: "letter", text: letter }), codes.utility?.[utility] ?? utility));
    }
  }
  if (layers.includes("diversions")) {
    rows.push(row(make("span", { class: "swatch swatch-diversions" }), gettext("Road taken")));
    for (const mode of ["motor", "ebike", "foot"]) {
      const word = gettext("Detour: %(mode)s", { mode: modeWord(mode) });
      rows.push(row(make("span", { class: `swatch swatch-detour-${mode}` }), word));
    }
  }
  for (const layer of ["haul_routes", "control_areas", "events"]) {
    if (layers.includes(layer)) rows.push(row(make("span", { class: `swatch swatch-${layer}` }), layerWord(layer)));
  }
  if (
    layers.some((layer) =>
      ["overlaps", "relocations", "diversions", "haul_routes", "control_areas", "events"].includes(layer),
    )
  ) {
    rows.push(make("li", { class: "muted", text: gettext("Thin and dashed: begins within 30 days") }));
  }
  byId("legend-body").replaceChildren(
    make("h2", { text: gettext("Sites by lamp") }),
    make("ul", { class: "legend-rows" }, ...rows),
  );
}

/**
 * @param {Node} mark
 * @param {string} word
 * @param {string} [count]
 * @returns {HTMLElement}
 */
function row(mark, word, count) {
  const made = make("li", {}, mark, make("span", { text: word }));
  if (count) made.append(make("b", { text: count }));
  return made;
}
