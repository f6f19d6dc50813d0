// @ts-check
/** A zone in words: what it is, whose, when, and how one gets past it. */

import { make } from "../dom.js";
import { formatPeriod } from "../format.js";
import { hoursOf, phaseOn } from "../periods.js";
import { gettext } from "../text.js";
import { layerWord, levelWord, modeWord, passingWord, takenWord } from "../words.js";

/** @typedef {import("../page.js").Page} Page */
/** @typedef {import("../page.js").ChosenZone} ChosenZone */

/**
 * @param {ChosenZone} zone
 * @param {string} day
 * @param {Page} page
 * @returns {HTMLElement}
 */
export function describeZone({ layer, properties }, day, { codes, language, paths, today }) {
  const comma = language === "en" ? ", " : "、";
  const named = (/** @type {string} */ kind, /** @type {string} */ code) => codes[kind]?.[code] ?? code;
  const hours = hoursOf(properties);
  /** @type {[string, string][]} */
  const facts = [
    [gettext("Utility"), properties.utility ? named("utility", properties.utility) : ""],
    [gettext("Level"), properties.level ? levelWord(properties.level) : ""],
    [gettext("Unit"), properties.unit ?? ""],
    [gettext("Period"), formatPeriod(properties.first_on, properties.last_on, language, today)],
    [gettext("Hours"), hours.join(comma)],
    [gettext("Taken"), (properties.taken ?? []).map(takenWord).join(comma)],
    [gettext("Passing"), properties.passing ? passingWord(properties.passing) : ""],
    [gettext("Detour for"), properties.mode ? modeWord(properties.mode) : ""],
    [gettext("Permit"), properties.permit_step ? named("permit_step", properties.permit_step) : ""],
    [
      gettext("Stops"),
      (properties.stops ?? []).map((/** @type {string} */ code) => named("operation", code)).join(comma),
    ],
  ];
  const phase = phaseOn(properties, day);
  const state = phase === "active" ? gettext("running") : gettext("within 30 days");
  const list = make("dl", { class: "facts" });
  for (const [term, value] of facts) {
    if (!value) continue;
    list.append(make("div", { class: "fact" }, make("dt", { text: term }), make("dd", { text: value })));
  }
  /** @type {HTMLElement[]} */
  const sentences = [];
  if (properties.text) {
    sentences.push(make("p", { class: "sentence", text: properties.text }));
    const href = paths.pair.replace("A-B", properties.zones.join("-"));
    sentences.push(make("p", {}, make("a", { href, text: gettext("Open on the coordination desk") })));
  }
  const code = properties.project;
  if (code) {
    const link = make("a", {
      href: paths.project.replace("CODE", encodeURIComponent(code)),
      "data-code": code,
      text: code,
    });
    list.append(make("div", { class: "fact" }, make("dt", { text: gettext("Project") }), make("dd", {}, link)));
  }
  return make(
    "article",
    { class: "sheet", "aria-labelledby": "sheet-title" },
    make("p", { class: "sheet-code", text: layerWord(layer) }),
    make("h2", { id: "sheet-title", tabindex: "-1", text: properties.name || layerWord(layer) }),
    make(
      "p",
      { class: "sheet-state" },
      make("span", { class: "state", text: state }),
      properties.tentative ? gettext("tentative") : "",
    ),
    ...sentences,
    list,
    ...(properties.id
      ? [make("a", { href: `/zones/${properties.id}`, text: gettext("Open the page of this zone") })]
      : []),
  );
}
