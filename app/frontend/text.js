// @ts-check
/** Words in the language of the page: messages are English in the code, the page brings the other language's. */

/** @typedef {Record<string, string | number>} Values */

/** @type {Record<string, string | string[]>} */
let messages = {};

/**
 * Take the page's messages; without any, English is spoken.
 * @param {Record<string, string | string[]>} found
 */
export function setMessages(found) {
  messages = found;
}

/**
 * Put values in the places of a text written `%(name)s`.
 * @param {string} text
 * @param {Values} [values]
 * @returns {string}
 */
export function fill(text, values) {
  if (!values) return text;
  return text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * A message in the language of the page.
 * @param {string} message English, with places written `%(name)s`
 * @param {Values} [values]
 * @returns {string}
 */
export function gettext(message, values) {
  const found = messages[message];
  return fill(typeof found === "string" && found ? found : message, values);
}

/**
 * A message that depends on a number, which is also the value `num`.
 * @param {string} singular
 * @param {string} plural
 * @param {number} num
 * @param {Values} [values]
 * @returns {string}
 */
export function ngettext(singular, plural, num, values) {
  const found = messages[singular];
  const text = Array.isArray(found) && found[0] ? found[0] : num === 1 ? singular : plural;
  return fill(text, { num, ...values });
}
