// @ts-check
/** Elements of the page, found and made. */

/**
 * The element with an id; the page was made for this code, so it is there.
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return /** @type {T} */ (/** @type {unknown} */ (found));
}

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | undefined>} attributes `text` is its text; false and undefined are left out
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    if (name === "text") element.textContent = String(value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A picture from the page's sprite.
 * @param {string} id for example lamp-red
 * @param {string} className
 * @returns {SVGElement}
 */
export function picture(id, className) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${id}`);
  svg.append(use);
  return svg;
}

/**
 * A lamp's symbol.
 * @param {string} lamp
 * @param {boolean} [hollow]
 * @returns {SVGElement}
 */
export function lampPicture(lamp, hollow = false) {
  return picture(`lamp-${lamp}`, `lamp lamp-${lamp}${hollow ? " hollow" : ""}`);
}

/**
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  return picture(`icon-${name}`, "icon");
}

/**
 * Whether the pages is as narrow as a phone's.
 * @returns {boolean}
 */
export function isNarrow() {
  return window.matchMedia("(max-width: 719px)").matches;
}

/**
 * @param {Event} event
 * @returns {boolean} whether the key belongs to a field
 */
export function isTyping(event) {
  return event.target instanceof Element && event.target.matches("input, select, textarea");
}

/** @returns {boolean} whether the person wants nothing to move by itself */
export function wantsCalm() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
