// @ts-check
/** The switches of the layers, each with how many of its works run on the day and how many are coming. */

import { byId, make } from "../dom.js";
import { LAYERS } from "../page.js";
import { countPhases } from "../periods.js";
import { gettext } from "../text.js";
import { layerWord } from "./zone.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../data.js").Feature} Feature */

/** Layers whose works have periods. */
const COUNTED = ["relocations", "diversions", "haul_routes", "control_areas", "events"];

/**
 * @param {PageStore} store
 * @param {(layer: string) => Promise<Feature[]>} read
 */
export function startLayers(store, read) {
  const button = byId("layers-button");
  const panel = byId("layers");
  panel.append(make("h2", { text: gettext("Layers") }));
  /** @type {Map<string, { box: HTMLInputElement, count: HTMLElement }>} */
  const rows = new Map();
  for (const layer of LAYERS) {
    const box = make("input", { type: "checkbox", id: `layer-${layer}`, role: "switch" });
    const count = make("span", { class: "layer-count" });
    box.addEventListener("change", () => {
      const others = store.state.layers.filter((one) => one !== layer);
      store.set({ layers: box.checked ? [...others, layer] : others });
    });
    rows.set(layer, { box, count });
    panel.append(
      make(
        "label",
        { class: "layer", for: box.id },
        make("span", { class: `swatch swatch-${layer}` }),
        make("span", { class: "layer-name" }, layerWord(layer), count),
        box,
      ),
    );
  }
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
    for (const [layer, { box }] of rows) box.checked = store.state.layers.includes(layer);
  };
  refresh();
  store.listen((_, changed) => {
    if (changed.has("layers")) refresh();
    if ((changed.has("day") || changed.has("board")) && !panel.hidden) count();
  });
}
