// @ts-check
/** The layers: a switch for each with how many of its works run on the day and are coming, its opacity; symbols; base map. */

import { byId, make } from "../dom.js";
import { LAYERS } from "../page.js";
import { countPhases } from "../periods.js";
import { gettext } from "../text.js";
import { layerWord } from "../words.js";

/** @typedef {import("../page.js").Page} Page */
/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../data.js").Feature} Feature */

/** Layers whose works have periods. */
const COUNTED = ["overlaps", "relocations", "diversions", "haul_routes", "control_areas", "events"];

/**
 * @param {PageStore} store
 * @param {Page} page
 * @param {(layer: string) => Promise<Feature[]>} read
 */
export function startLayers(store, page, read) {
  const button = byId("layers-button");
  const panel = byId("layers");
  /** @type {Map<string, { box: HTMLInputElement, count: HTMLElement, opacity: HTMLInputElement }>} */
  const rows = new Map();
  panel.append(make("h2", { text: gettext("Layers") }));
  for (const layer of LAYERS) {
    const row = makeRow(store, layer);
    rows.set(layer, row);
    panel.append(row.frame);
  }
  panel.append(...makeSymbols(store), ...(page.bases.length ? makeBases(store, page) : []));

  const count = async () => {
    await Promise.all(
      COUNTED.map(async (layer) => {
        const row = rows.get(layer);
        if (!row) return;
        try {
          const features = await read(layer);
          const { active, coming } = countPhases(
            features.map((one) => /** @type {any} */ (one.properties)),
            store.state.day,
          );
          row.count.textContent = gettext("%(active)s running · %(coming)s within 30 days", { active, coming });
        } catch {
          row.count.textContent = gettext("cannot be read just now");
        }
      }),
    );
  };
  const toggle = (/** @type {boolean} */ open) => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) count();
  };
  button.addEventListener("click", () => toggle(panel.hidden));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    toggle(false);
    button.focus();
  });
  const refresh = () => {
    for (const [layer, { box, opacity }] of rows) {
      box.checked = store.state.layers.includes(layer);
      opacity.hidden = !box.checked;
      opacity.value = String(store.state.opacity[layer] ?? 100);
    }
  };
  refresh();
  store.listen((_, changed) => {
    if (changed.has("layers") || changed.has("opacity")) refresh();
    if ((changed.has("day") || changed.has("board")) && !panel.hidden) count();
  });
}

/**
 * @param {PageStore} store
 * @param {string} layer
 */
function makeRow(store, layer) {
  const name = layerWord(layer);
  const box = make("input", { type: "checkbox", id: `layer-${layer}`, role: "switch" });
  const count = make("span", { class: "layer-count" });
  const opacity = make("input", {
    type: "range",
    class: "layer-opacity",
    min: "10",
    max: "100",
    step: "10",
    "data-opacity": layer,
    "aria-label": gettext("Opacity: %(layer)s", { layer: name }),
  });
  box.addEventListener("change", () => {
    const others = store.state.layers.filter((one) => one !== layer);
    store.set({ layers: box.checked ? [...others, layer] : others });
  });
  opacity.addEventListener("input", () => {
    store.set({ opacity: { ...store.state.opacity, [layer]: Number(opacity.value) } });
  });
  const frame = make(
    "div",
    { class: "layer-row" },
    make(
      "label",
      { class: "layer", for: box.id },
      make("span", { class: `swatch swatch-${layer}` }),
      make("span", { class: "layer-name" }, name, count),
      box,
    ),
    opacity,
  );
  return { frame, box, count, opacity };
}

/**
 * @param {string} name of the group
 * @param {{ value: string, word: string, checked: boolean }[]} choices
 * @param {(value: string) => void} choose
 * @returns {HTMLElement}
 */
function makeChoice(name, choices, choose) {
  return make(
    "div",
    { class: "choices", role: "radiogroup", "aria-labelledby": `${name}-title` },
    ...choices.map(({ value, word, checked }) => {
      const input = make("input", { type: "radio", name, value, id: `${name}-${value}`, checked });
      input.addEventListener("change", () => choose(value));
      return make("label", { class: "one-choice", for: input.id }, input, word);
    }),
  );
}

/** @param {PageStore} store */
function makeSymbols(store) {
  const { bySize } = store.state;
  return [
    make("h2", { id: "symbols-title", class: "layers-part", text: gettext("Symbols") }),
    makeChoice(
      "symbols",
      [
        { value: "plain", word: gettext("All alike"), checked: !bySize },
        { value: "investment", word: gettext("By investment"), checked: bySize },
      ],
      (value) => store.set({ bySize: value === "investment" }),
    ),
  ];
}

/**
 * @param {PageStore} store
 * @param {Page} page
 */
function makeBases(store, page) {
  const { base } = store.state;
  return [
    make("h2", { id: "base-title", class: "layers-part", text: gettext("Base map") }),
    makeChoice(
      "base",
      [
        { value: "built-in", word: gettext("Built in"), checked: base === null },
        ...page.bases.map(({ code, name }) => ({ value: code, word: name, checked: base === code })),
      ],
      (value) => store.set({ base: value === "built-in" ? null : value }),
    ),
  ];
}
