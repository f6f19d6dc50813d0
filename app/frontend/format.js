// @ts-check
/** Numbers, money and days as each language writes them; `app/formats.py` writes the same on the server. */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS_ZH = "日一二三四五六";
const WEEKDAYS_EN = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const NOTHING = "–";

/** @typedef {"zh" | "en"} Language */

/**
 * A number with thousands marks and at most `places` decimals, none of them a trailing zero.
 * @param {number} value
 * @param {number} [places]
 * @returns {string}
 */
export function formatNumber(value, places = 0) {
  // Rounding the decimal text, not the binary number: 0.125 and 2.675 go up as they do on the server.
  const rounded = Number(`${Math.round(Number(`${Math.abs(value)}e${places}`))}e-${places}`);
  const [whole = "0", decimals = ""] = rounded.toFixed(places).split(".");
  const marked = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = decimals.replace(/0+$/, "");
  return (value < 0 && rounded !== 0 ? "−" : "") + marked + (rest ? `.${rest}` : "");
}

/**
 * @param {number | null | undefined} value
 * @returns {string} a percent with at most one decimal
 */
export function formatPercent(value) {
  return value === null || value === undefined ? NOTHING : `${formatNumber(value, 1)}%`;
}

/**
 * Money as people say it: 万元 and 亿元, or millions of RMB.
 * @param {number | null | undefined} yuan
 * @param {Language} language
 * @returns {string}
 */
export function formatMoney(yuan, language) {
  if (yuan === null || yuan === undefined) return NOTHING;
  if (language === "en") {
    return `RMB ${formatNumber(yuan / 1e6, Math.abs(yuan) >= 1e8 ? 0 : 2)} million`;
  }
  if (Math.abs(yuan) >= 1e8) return `${formatNumber(yuan / 1e8, 2)}亿元`;
  return `${formatNumber(yuan / 1e4, 2)}万元`;
}

/**
 * A day: 11月23日 or 23 Nov; with its year when that is not the year of `reference` (or none is given).
 * @param {string | null | undefined} day
 * @param {Language} language
 * @param {string} [reference]
 * @returns {string}
 */
export function formatDay(day, language, reference) {
  if (!day) return NOTHING;
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const withYear = !reference || reference.slice(0, 4) !== day.slice(0, 4);
  if (language === "en") return `${date} ${MONTHS[month - 1]}${withYear ? ` ${year}` : ""}`;
  return `${withYear ? `${year}年` : ""}${month}月${date}日`;
}

/**
 * @param {string} day
 * @param {Language} language
 * @returns {string} 星期一 or Mon
 */
export function formatWeekday(day, language) {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return language === "en" ? (WEEKDAYS_EN[weekday] ?? "") : `星期${WEEKDAYS_ZH[weekday]}`;
}

/**
 * @param {string} day
 * @param {Language} language
 * @returns {string} 2026年11月23日 星期一 or Mon 23 Nov 2026
 */
export function formatFullDay(day, language) {
  const words = [formatDay(day, language), formatWeekday(day, language)];
  return (language === "en" ? words.reverse() : words).join(" ");
}

/**
 * A month on an axis: 11月 or Nov; January with its year.
 * @param {string} day
 * @param {Language} language
 * @returns {string}
 */
export function formatMonth(day, language) {
  const month = Number(day.slice(5, 7));
  const year = day.slice(0, 4);
  if (month === 1) return language === "en" ? year : `${year}年`;
  return language === "en" ? (MONTHS[month - 1] ?? "") : `${month}月`;
}

/**
 * First and last day of a work; an unknown end is left open.
 * @param {string | null} first
 * @param {string | null} last
 * @param {Language} language
 * @param {string} [reference]
 * @returns {string}
 */
export function formatPeriod(first, last, language, reference) {
  const start = first ? formatDay(first, language, reference) : "";
  const end = last ? formatDay(last, language, reference) : "";
  if (!start && !end) return NOTHING;
  if (language === "en") return start ? `${start} – ${end}`.trim() : `until ${end}`;
  if (start && end) return `${start}至${end}`;
  return start ? `${start}起` : `至${end}`;
}
