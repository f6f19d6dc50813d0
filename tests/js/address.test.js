/** The state in the address: what is written is read again, and what is not known is named, never an error. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseView, readAddress, writeAddress } from "../../app/frontend/address.js";

const PATHS = { map: "/command", project: "/command/projects/CODE", road: "/command/roads/NAME" };
const KNOWN = {
  layers: ["relocations", "diversions", "roads", "districts"],
  bases: ["osm"],
  codes: { category: { key: "省市重点" } },
};
/** @type {import("../../app/frontend/address.js").State} */
const USUAL = {
  day: null,
  against: null,
  filters: {},
  layers: null,
  view: null,
  project: null,
  road: null,
  zone: null,
  opacity: {},
  bySize: false,
  base: null,
  within: false,
  sort: null,
};

/** @param {string} url */
function read(url) {
  const [pathname = "", search = ""] = url.split("?");
  return readAddress({ pathname, search }, PATHS, KNOWN);
}

test("what is written is read again", () => {
  /** @type {import("../../app/frontend/address.js").State} */
  const state = {
    day: "2026-12-01",
    against: "2026-11-24",
    filters: { change: ["worse"], lamp: ["red", "yellow"], district: ["安城区"], unit: ["市住建局"] },
    layers: ["roads", "relocations"],
    view: { lat: 37.45, lon: 116.3, zoom: 14.25 },
    project: "CJ-016-2",
    road: null,
    zone: null,
    opacity: { relocations: 50 },
    bySize: true,
    base: "osm",
    within: true,
    sort: "investment",
  };
  const { state: again, leftOut } = read(writeAddress(state, PATHS));
  assert.deepEqual(again, state);
  assert.deepEqual(leftOut, []);
});

test("what is as it would be anyway is not written", () => {
  const state = USUAL;
  assert.equal(writeAddress(state, PATHS), "/command");
});

test("no layer at all is another thing than the usual ones", () => {
  assert.deepEqual(read("/command?layers=").state.layers, []);
  assert.equal(read("/command").state.layers, null);
});

test("a code with strange characters stays one step of the path", () => {
  const state = { ...USUAL, project: "A/1 市?#" };
  const url = writeAddress(state, PATHS);
  assert.equal(url.split("/").length, 4);
  assert.equal(read(url).state.project, "A/1 市?#");
});

test("unknown, old and wrong parameters are left out and named", () => {
  const { state, leftOut } = read("/command?colour=red&at=nowhere&layers=roads,moon&lamp=red&day=2026-02-30");
  assert.deepEqual(leftOut, ["colour=red", "at=nowhere", "layers=moon"]);
  assert.deepEqual(state.filters, { lamp: ["red"] });
  assert.deepEqual(state.layers, ["roads"]);
  assert.equal(state.day, null);
});

test("changes since no day, and a day that is none, are left out", () => {
  const { state, leftOut } = read("/command?against=soon&change=worse");
  assert.deepEqual(leftOut, ["against=soon", "change=worse"]);
  assert.deepEqual([state.against, state.filters], [null, {}]);
});

test("parameters of others are kept", () => {
  const state = { ...USUAL, day: "2026-12-01" };
  assert.equal(writeAddress(state, PATHS, "?lang=en&foo=1"), "/command?day=2026-12-01&lang=en");
  assert.deepEqual(read("/command?lang=en").leftOut, []);
});

test("a road and a work that are open stay in the address", () => {
  const url = writeAddress({ ...USUAL, road: "东风路" }, PATHS);
  assert.equal(url, `/command/roads/${encodeURIComponent("东风路")}`);
  assert.equal(read(url).state.road, "东风路");
  const zone = writeAddress({ ...USUAL, zone: "relocations.12" }, PATHS);
  assert.equal(zone, "/command?zone=relocations.12");
  assert.equal(read(zone).state.zone, "relocations.12");
});

test("values that no list knows are named: lamps, stages, categories, orders, bases, opacities, works", () => {
  const { state, leftOut } = read(
    "/command?lamp=red,purple&stage=gone&category=key,none&sort=colour&base=moon&opacity=roads:50,moon:50,roads:5&zone=moon.1&size=big&within=2",
  );
  assert.deepEqual(leftOut, [
    "lamp=purple",
    "stage=gone",
    "category=none",
    "sort=colour",
    "base=moon",
    "opacity=moon:50",
    "opacity=roads:5",
    "zone=moon.1",
    "size=big",
    "within=2",
  ]);
  assert.deepEqual(state.filters, { lamp: ["red"], category: ["key"] });
  assert.deepEqual(state.opacity, { roads: 50 });
});

test("a view outside the world is none", () => {
  for (const text of ["", "1,2", "91,0,10", "0,181,10", "0,0,99", "a,b,c", "1,2,3,4"])
    assert.equal(parseView(text), null, text);
  assert.deepEqual(parseView("37.45,116.3,14"), { lat: 37.45, lon: 116.3, zoom: 14 });
});
