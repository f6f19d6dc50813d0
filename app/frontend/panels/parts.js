// @ts-check
/** The shapes of a zone as a list: what each stands for, how wide, how long, how large, when. */

import { byId, make } from "../dom.js";
import { formatNumber } from "../format.js";
import { measure } from "../geometry/measure.js";
import { gettext } from "../text.js";

/** @typedef {import("../zoning/history.js").Part} Part */
/**
 * @typedef {object} PartActions
 * @property {(key: number, change: Partial<Part>) => void} change
 * @property {(key: number) => void} choose
 * @property {(key: number) => void} remove
 */

/**
 * @param {Part} part
 * @returns {string} for example 84 m, or 1,240 m²
 */
export function sizeOf({ geometry, width_m }) {
  const { area, length } = measure(geometry);
  if (area !== null) return `${formatNumber(area)} m²`;
  if (length === null) return gettext("point");
  return `${formatNumber(length, 1)} m${width_m ? ` · ${formatNumber(length * width_m)} m²` : ""}`;
}

/**
 * @param {readonly Part[]} parts
 * @param {number | null} chosen
 * @param {string} kind of the zone
 * @param {{ roles: Record<string, string>, modes: Record<string, string> }} words
 * @param {PartActions} actions
 */
export function showPartList(parts, chosen, kind, words, actions) {
  byId("no-parts").hidden = parts.length > 0;
  byId("parts").replaceChildren(
    ...parts.map((part, place) => partItem(part, place, part.key === chosen, kind, words, actions)),
  );
}

/**
 * While a vertex is dragged only the size changes.
 * @param {number} key
 * @param {string} text
 */
export function showSize(key, text) {
  const size = document.querySelector(`[data-part="${key}"] .part-size`);
  if (size) size.textContent = text;
}

/**
 * @param {Part} part
 * @param {number} place
 * @param {boolean} chosen
 * @param {string} kind
 * @param {{ roles: Record<string, string>, modes: Record<string, string> }} words
 * @param {PartActions} actions
 * @returns {HTMLElement}
 */
function partItem(part, place, chosen, kind, words, { change, choose, remove }) {
  const line = part.geometry.type.endsWith("LineString");
  const title = make("button", { type: "button", class: "part-name", "aria-pressed": String(chosen) });
  title.append(
    make("b", { text: `${place + 1}` }),
    ` ${words.roles[part.role] ?? part.role}`,
    part.mode ? ` · ${words.modes[part.mode] ?? part.mode}` : "",
  );
  title.addEventListener("click", () => choose(part.key));
  const item = make("li", { class: `part${chosen ? " chosen" : ""}`, "data-part": String(part.key) });
  const removal = make("button", { type: "button", class: "text-button", text: gettext("Remove") });
  removal.addEventListener("click", () => remove(part.key));
  item.append(
    make("div", { class: "part-head" }, title, make("span", { class: "part-size", text: sizeOf(part) }), removal),
  );
  if (!chosen) return item;
  const fields = make("div", { class: "fields" });
  if (kind === "diversion") {
    fields.append(
      select(gettext("Stands for"), words.roles, part.role, line, (role) =>
        change(part.key, { role, mode: role === "detour" ? (part.mode ?? "motor") : null }),
      ),
    );
    if (part.role === "detour") {
      fields.append(select(gettext("For"), words.modes, part.mode, true, (mode) => change(part.key, { mode })));
    }
  }
  if (line && part.role !== "detour" && part.role !== "centre_line") {
    fields.append(
      input(gettext("Width in metres"), "number", part.width_m ?? "", (text) =>
        change(part.key, { width_m: text ? Number(text) : null }),
      ),
    );
  }
  fields.append(
    input(gettext("From (if not as the whole)"), "date", part.first_on ?? "", (text) =>
      change(part.key, { first_on: text || null }),
    ),
    input(gettext("To"), "date", part.last_on ?? "", (text) => change(part.key, { last_on: text || null })),
  );
  if (part.role === "detour" && part.geometry.type === "LineString") {
    const { coordinates } = part.geometry;
    const turn = make("button", { type: "button", class: "chip", text: gettext("Reverse the direction") });
    turn.addEventListener("click", () =>
      change(part.key, { geometry: { type: "LineString", coordinates: [...coordinates].reverse() } }),
    );
    fields.append(turn);
  }
  item.append(fields);
  return item;
}

/**
 * @param {string} label
 * @param {Record<string, string>} options
 * @param {string | null} value
 * @param {boolean} line whether the shape is a line; others are no detour and no centre line
 * @param {(value: string) => void} changed
 * @returns {HTMLElement}
 */
function select(label, options, value, line, changed) {
  const field = make("select");
  for (const [code, text] of Object.entries(options)) {
    if (!line && (code === "detour" || code === "centre_line")) continue;
    field.append(make("option", { value: code, text, selected: code === value }));
  }
  field.addEventListener("change", (event) => {
    event.stopPropagation();
    changed(field.value);
  });
  return make("label", { class: "field" }, make("span", { text: label }), field);
}

/**
 * @param {string} label
 * @param {string} type
 * @param {string | number} value
 * @param {(text: string) => void} changed
 * @returns {HTMLElement}
 */
function input(label, type, value, changed) {
  const field = make("input", { type, value: String(value), min: type === "number" ? "0.5" : undefined });
  if (type === "number") field.setAttribute("step", "0.5");
  field.addEventListener("change", (event) => {
    event.stopPropagation();
    changed(field.value);
  });
  field.addEventListener("input", (event) => event.stopPropagation());
  return make("label", { class: "field" }, make("span", { text: label }), field);
}
