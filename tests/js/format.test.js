/** Numbers, money and days: the browser writes what the server writes (the same cases are in tests/web). */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  formatDay,
  formatFullDay,
  formatMoney,
  formatMonth,
  formatNumber,
  formatPercent,
  formatPeriod,
} from "../../app/frontend/format.js";

const cases = JSON.parse(readFileSync(new URL("../formats.json", import.meta.url), "utf8"));
const REFERENCE = "2026-06-01";

test("numbers have thousands marks and no trailing zeros", () => {
  for (const [value, places, expected] of cases.number) assert.equal(formatNumber(value, places), expected, `${value}`);
});

test("percents have at most one decimal", () => {
  for (const [value, expected] of cases.percent) assert.equal(formatPercent(value), expected);
});

test("money is written in 万元 and 亿元, or in millions of RMB", () => {
  for (const [yuan, language, expected] of cases.money) assert.equal(formatMoney(yuan, language), expected);
});

test("a day carries its year only when that is another one", () => {
  for (const [day, language, reference, expected] of cases.day) {
    assert.equal(formatDay(day, language, reference ?? undefined), expected);
  }
});

test("a full day has its weekday where the language puts it", () => {
  for (const [day, language, expected] of cases.full_day) assert.equal(formatFullDay(day, language), expected);
});

test("January carries the year on an axis", () => {
  for (const [day, language, expected] of cases.month) assert.equal(formatMonth(day, language), expected);
});

test("an unknown end of a period stays open", () => {
  for (const [first, last, language, expected] of cases.period) {
    assert.equal(formatPeriod(first, last, language, REFERENCE), expected);
  }
});
