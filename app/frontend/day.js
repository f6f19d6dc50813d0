// @ts-check
/** Days as ISO text (YYYY-MM-DD), without hours and time zones. */

const DAY_MS = 86_400_000;

/**
 * Days since 1970-01-01.
 * @param {string} day
 * @returns {number}
 */
export function toNumber(day) {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

/**
 * @param {number} number days since 1970-01-01
 * @returns {string}
 */
export function fromNumber(number) {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/**
 * @param {string} text
 * @returns {boolean} whether it is a day of the calendar
 */
export function isDay(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/**
 * @param {string} day
 * @param {number} days
 * @returns {string}
 */
export function addDays(day, days) {
  return fromNumber(toNumber(day) + days);
}

/**
 * The same day of another month, or that month's last day where it has no such day.
 * @param {string} day
 * @param {number} months
 * @returns {string}
 */
export function addMonths(day, months) {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}

/**
 * @param {string} first
 * @param {string} last
 * @returns {number} days from the first to the last, negative if it lies before
 */
export function daysBetween(first, last) {
  return toNumber(last) - toNumber(first);
}

/**
 * First days of the months from one day to another.
 * @param {string} first
 * @param {string} last
 * @returns {string[]}
 */
export function monthStarts(first, last) {
  const found = [];
  let year = Number(first.slice(0, 4));
  let month = Number(first.slice(5, 7));
  for (;;) {
    const day = `${year}-${String(month).padStart(2, "0")}-01`;
    if (day > last) return found;
    if (day >= first) found.push(day);
    month += 1;
    if (month > 12) {
      month = 1;
      year += 1;
    }
  }
}
