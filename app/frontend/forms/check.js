// @ts-check
/** Checking what was filled in, by the rules that the page brings; `geo/forms/checks.py` does the same on the server. */

import { fill } from "../text.js";

/**
 * @typedef {object} FieldRule
 * @property {string} name
 * @property {string} label
 * @property {string} kind
 * @property {boolean} required
 * @property {number} longest
 * @property {number | null} least
 * @property {number | null} most
 * @property {number} places
 * @property {boolean} untilToday
 * @property {string[] | null} options
 */
/** @typedef {{ kind: string, fields: string[], unless: string }} FormRule */
/** @typedef {{ language: string, today: string, fields: FieldRule[], rules: FormRule[], sentences: Record<string, string> }} Rules */
/** @typedef {Record<string, string>} Texts */

const NUMBER = /^[+-]?[0-9]{1,15}(\.[0-9]{1,15})?$/;
const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const SHOWN = 40;
/** What is cut off at both ends; the same on the server. */
const BLANKS = /^[ \t\r\n\u3000\u00a0\ufeff]+|[ \t\r\n\u3000\u00a0\ufeff]+$/g;

/**
 * Text as it is kept: one form of each character, one kind of line end, no blanks round it, no NUL.
 * @param {string} text
 * @returns {string}
 */
export function clean(text) {
  return text.replaceAll("\r\n", "\n").replaceAll("\0", "").normalize("NFC").replace(BLANKS, "");
}

/**
 * @param {string} text
 * @returns {string}
 */
function start(text) {
  return [...text].slice(0, SHOWN).join("");
}

/**
 * @param {string} text
 * @returns {boolean} whether it is a day of the calendar
 */
function isDay(text) {
  const parts = DAY.exec(text);
  if (!parts) return false;
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= (days[month - 1] ?? 0);
}

/**
 * What is wrong with one field; null if nothing is.
 * @param {FieldRule} field
 * @param {string} text
 * @param {Rules} rules
 * @returns {string | null}
 */
function checkField(field, text, { sentences, today }) {
  const { label } = field;
  const chosen = field.kind === "choice" || field.kind === "reference";
  if (field.kind === "yes_no") return null;
  if (text === "") return field.required ? fill(sentences[chosen ? "choose" : "required"] ?? "", { label }) : null;
  if (chosen) return field.options?.includes(text) ? null : fill(sentences.unknown ?? "", { label });
  if (field.kind === "text" || field.kind === "long_text") {
    const { length } = [...text];
    return length > field.longest ? fill(sentences.longest ?? "", { label, most: field.longest, length }) : null;
  }
  if (field.kind === "day") {
    if (!isDay(text)) return fill(sentences.day ?? "", { label, value: start(text) });
    const year = Number(text.slice(0, 4));
    if (year < 1990 || year > 2100) return fill(sentences.far ?? "", { label });
    return field.untilToday && text > today ? fill(sentences.future ?? "", { label, value: text, today }) : null;
  }
  return checkNumber(field, text, sentences);
}

/**
 * @param {FieldRule} field
 * @param {string} text
 * @param {Record<string, string>} sentences
 * @returns {string | null}
 */
function checkNumber({ label, kind, least, most, places }, text, sentences) {
  const plain = text.normalize("NFKC").replaceAll(",", "").replace(BLANKS, "");
  if (!NUMBER.test(plain)) return fill(sentences.number ?? "", { label, value: start(text) });
  const decimals = (plain.split(".")[1] ?? "").replace(/0+$/, "").length;
  if (kind === "count" && decimals) return fill(sentences.whole ?? "", { label, value: start(text) });
  if (decimals > places) return fill(sentences.places ?? "", { label, places });
  const number = Number(plain);
  if (least !== null && number < least) return fill(sentences.least ?? "", { label, least });
  if (most !== null && number > most) return fill(sentences.most ?? "", { label, most });
  return null;
}

/**
 * What is wrong with a form: a sentence for each field that needs another look.
 * @param {Rules} rules
 * @param {Texts} given
 * @returns {Record<string, string>}
 */
export function check(rules, given) {
  /** @type {Record<string, string>} */
  const errors = {};
  /** @type {Map<string, string>} */
  const texts = new Map();
  const fields = new Map(rules.fields.map((field) => [field.name, field]));
  for (const field of rules.fields) {
    const text = clean(given[field.name] ?? "");
    texts.set(field.name, text);
    const said = checkField(field, text, rules);
    if (said !== null) errors[field.name] = said;
  }
  const textOf = (/** @type {string | undefined} */ name) => texts.get(name ?? "") ?? "";
  const label = (/** @type {string} */ name) => fields.get(name)?.label ?? name;
  const labels = (/** @type {string[]} */ names) =>
    names.map((name) => `“${label(name)}”`).join(rules.language === "en" ? ", " : "");
  const tell = (
    /** @type {string | undefined} */ name,
    /** @type {string} */ key,
    /** @type {import("../text.js").Values} */ values,
  ) => {
    if (name !== undefined && !(name in errors)) errors[name] = fill(rules.sentences[key] ?? "", values);
  };
  for (const { kind, fields: names, unless } of rules.rules) {
    const [first = "", ...others] = names;
    const empty = names.filter((name) => textOf(name) === "");
    if (kind === "order") {
      const [last = ""] = others;
      const [from, until] = [textOf(first), textOf(last)];
      if (from && until && !(first in errors) && !(last in errors) && from > until) {
        tell(last, "order", { label: label(last), value: until, other: label(first), before: from });
      }
    } else if (kind === "some") {
      if (empty.length === names.length) tell(first, "some", { labels: labels(names) });
    } else if (kind === "together") {
      if (empty.length && empty.length < names.length) tell(empty[0], "together", { labels: labels(names) });
    } else if (kind === "needs" && textOf(first) !== "" && textOf(first) !== unless) {
      for (const name of others) if (textOf(name) === "") tell(name, "required", { label: label(name) });
    }
  }
  return errors;
}
