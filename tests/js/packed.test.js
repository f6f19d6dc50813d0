/** Packed answers: columns, shapes and spelling as the server packs them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { latOf, lonOf } from "../../app/frontend/geometry/mercator.js";
import { readShapes } from "../../app/frontend/geometry/twkb.js";
import { makeSpeller } from "../../app/frontend/spelling.js";
import {
  splitParts,
  unpackBoard,
  unpackColumn,
  unpackProjects,
  unpackRows,
  unpackSites,
} from "../../app/frontend/unpack.js";

/** @param {string} hex as PostGIS writes it with st_astwkb(…, 5) */
function bytes(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @param {Float64Array | undefined} ring */
function degrees(ring) {
  const found = [];
  for (let i = 0; ring && i < ring.length; i += 2) {
    found.push([Number(lonOf(ring[i] ?? 0).toFixed(5)), Number(latOf(ring[i + 1] ?? 0).toFixed(5))]);
  }
  return found;
}

const TRIANGLE = [
  [116.1, 37.1],
  [116.2, 37.1],
  [116.2, 37.2],
  [116.1, 37.1],
];

test("a collection gives a shape for each member, of whatever kind", () => {
  const shapes = readShapes(
    bytes(
      "a70003a3000104a09e890be0f0c403a09c010000a09c019f9c019f9c01a20002a09e890be0f0c403c0b802e0d403a600020104a09e890be0f0c403a09c010000a09c019f9c019f9c010104a0fe0aa0fe0aa09c010000a09c019f9c019f9c01",
    ),
  );
  assert.deepEqual(
    shapes.map((shape) => [shape?.kind, shape?.rings.length]),
    [
      ["polygon", 1],
      ["line", 1],
      ["polygon", 2],
    ],
  );
  assert.deepEqual(degrees(shapes[0]?.rings[0]), TRIANGLE);
  assert.deepEqual(degrees(shapes[1]?.rings[0]), [
    [116.1, 37.1],
    [116.3, 37.4],
  ]);
  assert.deepEqual(degrees(shapes[2]?.rings[1])[0], [117, 38]);
});

test("shapes all of one kind come as the parts of one, each stepping on from the last", () => {
  const shapes = readShapes(
    bytes("a600020104a09e890be0f0c403a09c010000a09c019f9c019f9c010104c0b80200a09c010000a09c019f9c019f9c01"),
  );
  assert.equal(shapes.length, 2);
  assert.deepEqual(degrees(shapes[0]?.rings[0]), TRIANGLE);
  assert.deepEqual(degrees(shapes[1]?.rings[0])[0], [116.3, 37.1]);
  assert.deepEqual(
    shapes[1]?.box.map((edge, at) => Number((at % 2 ? latOf(edge) : lonOf(edge)).toFixed(5))),
    [116.3, 37.2, 116.4, 37.1],
  );
});

test("a single point west of Greenwich is read, and nothing is nothing", () => {
  const [point] = readShapes(bytes("a40001dfa712a0c21e"));
  assert.equal(point?.kind, "point");
  assert.deepEqual(degrees(point?.rings[0]), [[-1.5, 2.5]]);
  assert.deepEqual(readShapes(new Uint8Array()), []);
  assert.throws(() => readShapes(bytes("a60002")), RangeError);
});

test("columns come in the form that suited them", () => {
  assert.deepEqual(unpackColumn({ steps: [5, 1, -2] }, 3), [5, 6, 4]);
  assert.deepEqual(unpackColumn(["a", null], 2), ["a", null]);
  assert.deepEqual(unpackColumn({ table: ["x", "y"], at: [1, -1, 0] }, 3), ["y", null, "x"]);
  assert.deepEqual(unpackColumn({ rows: [1, 2], table: ["z"], at: [0, 0] }, 5), [null, "z", null, "z", null]);
  assert.deepEqual(unpackRows({ count: 2, columns: { id: { steps: [7, 1] }, name: [null, "甲"] } }), [
    { id: 7 },
    { id: 8, name: "甲" },
  ]);
});

test("a board's statuses are one character each", () => {
  const board = unpackBoard({
    day: "2026-11-23",
    table: [
      ["red", "not_started", ["at_risk"]],
      ["green", "under_construction", []],
    ],
    projects: { id: [4, 3], state: "10" },
    sites: { id: [11], state: "0" },
    late_starts: [4, 3],
    blockers: { id: [7], table: [[["funds"], ["市财政局"]]], at: [0] },
  });
  assert.deepEqual(board.projects[7], ["red", "not_started", ["at_risk"]]);
  assert.deepEqual(board.projects[4]?.[0], "green");
  assert.deepEqual(board.sites, { 11: ["red", "not_started", ["at_risk"]] });
  assert.deepEqual(board.late_starts, [4, 7]);
  assert.deepEqual(board.blockers, { 7: [["funds"], ["市财政局"]] });
});

const SPELLING = {
  characters: "东dong方fang红hong路lu",
  others: { 中国银行: /** @type {[string, string]} */ (["zhongguoyinhang", "zgyh"]) },
};

test("names are spelled by their characters, and otherwise where they are read otherwise", () => {
  const spell = makeSpeller(SPELLING);
  assert.deepEqual(spell("东方红路"), ["dongfanghonglu", "dfhl"]);
  assert.deepEqual(spell("东方A1路"), ["dongfanga1lu", "dfa1l"]);
  assert.deepEqual(spell("中国银行"), ["zhongguoyinhang", "zgyh"]);
});

test("projects come back as the list and the search need them, sites with the names of their projects", () => {
  const { projects, roads } = unpackProjects({
    count: 2,
    columns: {
      id: { steps: [3, 2] },
      code: ["CJ-001", "CJ-002"],
      name: ["东方红路改造", "东方小区"],
      unit: { table: [["市住建局", "Housing Bureau"]], at: [0, -1] },
      districts: { table: [[["安城区", "Ancheng"]]], at: [0, 0] },
      investment: [6_000_000, null],
      sites: [[8, 1], null],
      unlocated: { rows: [1], table: [true], at: [0] },
      standing: { rows: [1], table: [["postponed", "2026-05-01"]], at: [0] },
    },
    roads: [["东方红路"]],
    spelling: SPELLING,
  });
  assert.deepEqual(projects[0]?.sites, [8, 9]);
  assert.equal(projects[0]?.lead_unit_en, "Housing Bureau");
  assert.equal(projects[0]?.located, true);
  assert.deepEqual([projects[1]?.located, projects[1]?.standing], [false, "postponed"]);
  assert.deepEqual(roads, [{ name: "东方红路", name_en: null, pinyin: "dongfanghonglu", initials: "dfhl" }]);

  const head = new TextEncoder().encode(
    JSON.stringify({
      count: 2,
      columns: {
        id: { steps: [8, 1] },
        name: [null, "二号"],
        west: [10, 0],
        south: [10, 0],
        east: [10, 0],
        north: [10, 0],
      },
      points: { digits: 5, lon: [11_610_000, 100], lat: [3_710_000, 0] },
    }),
  );
  const buffer = new ArrayBuffer(4 + head.length);
  new DataView(buffer).setUint32(0, head.length);
  new Uint8Array(buffer, 4).set(head);
  assert.equal(splitParts(buffer).body.length, 0);
  const sites = unpackSites(buffer, projects);
  assert.deepEqual(
    sites.map(({ properties }) => [properties.id, properties.name, properties.code, properties.investment_yuan]),
    [
      [8, "东方红路改造", "CJ-001", 3_000_000],
      [9, "二号", "CJ-001", 3_000_000],
    ],
  );
  assert.deepEqual(
    sites[1]?.properties.point.map((/** @type {number} */ part) => part.toFixed(3)),
    ["116.101", "37.100"],
  );
});
