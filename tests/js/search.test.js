/** Finding projects by name, code, unit, pinyin and initials. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { findMatches, findRoads } from "../../app/frontend/search.js";

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

test("a leader, a unit in pinyin and its initials find what is theirs", () => {
  const led = {
    ...project("CJ-020", "学府广场", "xuefuguangchang", "xfgc"),
    sponsor_leader: "示例甲",
    people: ["市财政局", "shicaizhengju", "sczj", "示例甲", "shilijia", "slj"],
  };
  for (const text of ["示例甲", "shicaizhengju", "sczj", "slj"])
    assert.deepEqual(
      findMatches([...PROJECTS, led], text).map(({ code }) => code),
      ["CJ-020"],
      text,
    );
});

const ROADS = [
  { name: "东方红路", name_en: "Dongfanghong Road", pinyin: "dongfanghonglu", initials: "dfhl" },
  { name: "东方红东路", name_en: null, pinyin: "dongfanghongdonglu", initials: "dfhdl" },
  { name: "长河大道", name_en: null, pinyin: "changhedadao", initials: "chdd" },
];

test("roads are found by name, pinyin and initials, the whole name first", () => {
  const names = (/** @type {string} */ text) => findRoads(ROADS, text).map(({ name }) => name);
  assert.deepEqual(names("东方红路"), ["东方红路"]);
  assert.deepEqual(names("dfhl"), ["东方红路"]);
  assert.deepEqual(names("dfh"), ["东方红路", "东方红东路"]);
  assert.deepEqual(names("changhe"), ["长河大道"]);
  assert.deepEqual(names("大道"), ["长河大道"]);
  assert.deepEqual(names("dongfanghong road"), ["东方红路"]);
  assert.deepEqual(names(" "), []);
});
