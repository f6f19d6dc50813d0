import assert from "node:assert/strict";
import { test } from "node:test";
import { findPlaces, gatherStreets, nearest } from "../../app/frontend/around.js";

/** @param {Partial<import("../../app/frontend/around.js").PublicProject>} facts */
const project = (facts) => ({
  code: "P1",
  name: "东风路改造",
  name_en: "Dongfeng Road works",
  stage: "under_construction",
  lamp: null,
  percent: null,
  finish_on: null,
  extended_on: null,
  bbox: null,
  sites: [],
  pinyin: "dongfenglugaizao",
  initials: "dflgz",
  ...facts,
});

test("what lies in view comes nearest to the middle first, and what lies outside not at all", () => {
  const near = project({ code: "near", bbox: [0.49, 0.49, 0.51, 0.51] });
  const far = project({ code: "far", bbox: [0.9, 0.9, 0.95, 0.95] });
  const outside = project({ code: "outside", bbox: [2, 2, 3, 3] });
  const nowhere = project({ code: "nowhere" });
  const found = nearest([outside, far, nowhere, near], [0, 0, 1, 1]);
  assert.deepEqual(
    found.map((one) => one.code),
    ["near", "far"],
  );
});

test("a project is found by name, initials, code and the street of its site; a street by itself", () => {
  const projects = [
    project({}),
    project({
      code: "P2",
      name: "学校",
      pinyin: "xuexiao",
      initials: "xx",
      sites: [{ site: "1", name: null, whereabouts: "东风路北侧" }],
    }),
  ];
  const streets = [{ name: "东风路", name_en: "Dongfeng Road", box: /** @type {any} */ ([0, 0, 1, 1]) }];
  const city = { projects, closures: [], streets };
  assert.deepEqual(
    findPlaces(city, "东风路").map((place) => (place.kind === "project" ? place.project.code : place.kind)),
    ["street", "P1", "P2"],
  );
  assert.equal(findPlaces(city, "dfl")[0]?.kind, "project");
  assert.equal(findPlaces(city, "p2").length, 1);
  assert.deepEqual(findPlaces(city, "  "), []);
});

test("pieces of a street with one name are one street with the extent of all", () => {
  const piece = (/** @type {[number, number, number, number]} */ box, /** @type {string | null} */ name) => ({
    properties: { name, name_en: null },
    shape: { box },
  });
  const east = (/** @type {number} */ x) => x;
  // Unit Mercator grows to the south.
  const north = (/** @type {number} */ y) => -y;
  const streets = gatherStreets(
    [piece([0, 0, 1, 1], "A"), piece([2, 2, 3, 3], "A"), piece([5, 5, 6, 6], null)],
    east,
    north,
  );
  assert.deepEqual(streets, [{ name: "A", name_en: null, box: [0, -3, 3, -0] }]);
});
