/** Finding projects by name, code, unit, pinyin and initials. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { findMatches } from "../../app/frontend/search.js";

/**
 * @param {string} code
 * @param {string} name
 * @param {string} pinyin
 * @param {string} initials
 * @returns {any}
 */
function project(code, name, pinyin, initials) {
  return {
    code,
    name,
    pinyin,
    initials,
    name_en: null,
    lead_unit: "市住建局",
    lead_unit_en: "Housing Bureau",
    districts: ["安城区"],
    districts_en: ["Ancheng"],
  };
}

const PROJECTS = [
  project("CJ-001", "东方红东路改造", "dongfanghongdonglugaizao", "dfhdlgz"),
  project("CJ-002", "东方红路改造", "dongfanghonglugaizao", "dfhlgz"),
  project("CJ-010", "人民医院", "renminyiyuan", "rmyy"),
  { ...project("GY-003", "风电装备产业园", "fengdianzhuangbeichanyeyuan", "fdzbcyy"), name_en: "Wind Power Park" },
];

/** @param {string} text */
function codes(text) {
  return findMatches(PROJECTS, text).map(({ code }) => code);
}

test("initials find what begins with them", () => {
  assert.deepEqual(codes("dfh"), ["CJ-001", "CJ-002"]);
  assert.deepEqual(codes("dfhl"), ["CJ-002"]);
});

test("pinyin, names, codes and English names find, in any case and with blanks", () => {
  assert.deepEqual(codes("Renmin"), ["CJ-010"]);
  assert.deepEqual(codes("医院"), ["CJ-010"]);
  assert.deepEqual(codes("gy-003"), ["GY-003"]);
  assert.deepEqual(codes("wind power"), ["GY-003"]);
});

test("the exact code comes before all that contains it", () => {
  assert.equal(codes("CJ-001")[0], "CJ-001");
});

test("nothing typed finds nothing", () => {
  assert.deepEqual(codes("  "), []);
  assert.deepEqual(codes("zzzz"), []);
});

test("not more than asked for", () => {
  assert.equal(findMatches(PROJECTS, "市住建局", 2).length, 2);
});
