/** Days are days: no hour and no time zone comes into them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, addMonths, daysBetween, fromNumber, isDay, monthStarts, toNumber } from "../../app/frontend/day.js";

test("a day and its number are the same thing", () => {
  for (const day of ["1970-01-01", "2024-02-29", "2026-11-23", "2027-12-31"]) {
    assert.equal(fromNumber(toNumber(day)), day);
  }
});

test("days are added over months, years and leap days", () => {
  assert.equal(addDays("2026-11-30", 1), "2026-12-01");
  assert.equal(addDays("2026-12-31", 1), "2027-01-01");
  assert.equal(addDays("2024-02-28", 1), "2024-02-29");
  assert.equal(addDays("2026-03-01", -1), "2026-02-28");
});

test("days between two days are negative backwards", () => {
  assert.equal(daysBetween("2026-11-23", "2026-11-30"), 7);
  assert.equal(daysBetween("2026-11-30", "2026-11-23"), -7);
});

test("only days of the calendar are days", () => {
  for (const text of ["2026-02-29", "2026-13-01", "2026-1-1", "20261123", "", "today", "2026-11-23T00:00"]) {
    assert.equal(isDay(text), false, text);
  }
  assert.equal(isDay("2026-11-23"), true);
});

test("months begin between two days, the first and the last included", () => {
  assert.deepEqual(monthStarts("2026-11-01", "2027-02-01"), ["2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01"]);
  assert.deepEqual(monthStarts("2026-11-02", "2026-11-30"), []);
});

test("a month further is the same day of it, or its last", () => {
  assert.equal(addMonths("2026-01-31", 1), "2026-02-28");
  assert.equal(addMonths("2028-01-31", 1), "2028-02-29");
  assert.equal(addMonths("2026-11-26", 2), "2027-01-26");
  assert.equal(addMonths("2026-03-31", -1), "2026-02-28");
});
