// @ts-check
/** A field that answers what is typed with a list to choose from, by keys, mouse or finger. */

import { make } from "../dom.js";

/**
 * @template T
 * @param {HTMLInputElement} input
 * @param {HTMLElement} results
 * @param {{ find: (text: string) => T[], row: (found: T) => Node[], choose: (found: T) => void, nothing: string }} options
 */
export function startCombobox(input, results, { find, row, choose, nothing }) {
  /** @type {T[]} */
  let found = [];
  let at = -1;

  const close = () => {
    results.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const take = (/** @type {number} */ index) => {
    const chosen = found[index];
    if (chosen === undefined) return;
    close();
    input.value = "";
    choose(chosen);
  };
  const mark = (/** @type {number} */ next) => {
    at = next;
    [...results.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === at));
      if (index === at) option.scrollIntoView({ block: "nearest" });
    });
    if (at >= 0) input.setAttribute("aria-activedescendant", `${results.id}-${at}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const show = () => {
    found = find(input.value);
    const asked = input.value.trim() !== "";
    results.hidden = !asked;
    input.setAttribute("aria-expanded", String(asked && found.length > 0));
    const options = found.map((one, index) => {
      const attributes = { id: `${results.id}-${index}`, role: "option", "data-index": String(index) };
      return make("li", { ...attributes, "aria-selected": "false" }, ...row(one));
    });
    results.replaceChildren(...options);
    if (asked && found.length === 0) {
      results.append(make("li", { class: "results-none", role: "option", "aria-disabled": "true", text: nothing }));
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
    else if (event.key === "Enter") take(at);
    else if (event.key === "Escape" && !results.hidden) {
      event.stopPropagation();
      close();
    } else return;
    event.preventDefault();
  });
  // A press, not a click: the field would lose the focus first and take the list away.
  results.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = /** @type {HTMLElement} */ (event.target).closest("li");
    if (option?.dataset.index) take(Number(option.dataset.index));
  });
}
