/** Rings of clusters, sizes, clusters themselves, the skyline and the scale. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ringArcs, ringRadius } from "../../app/frontend/geometry/ring.js";
import { widthAt } from "../../app/frontend/map/ground.js";
import { roundLength } from "../../app/frontend/map/scale.js";
import { gatherSites, indexZoom, Sites } from "../../app/frontend/map/sites.js";
import { skylinePath } from "../../app/frontend/panels/skyline.js";

const FULL = 2 * Math.PI;

test("the arcs of a ring close the circle in the order of the lamps", () => {
  const arcs = ringArcs({ green: 3, red: 1, blue: 4 });
  assert.deepEqual(
    arcs.map(({ lamp }) => lamp),
    ["red", "green", "blue"],
  );
  assert.equal(arcs[0]?.from, 0);
  assert.ok(Math.abs((arcs[2]?.to ?? 0) - FULL) < 1e-9);
  assert.ok(Math.abs((arcs[0]?.to ?? 0) - FULL / 8) < 1e-9);
});

test("one red among hundreds can still be seen, and the circle still closes", () => {
  const arcs = ringArcs({ red: 1, yellow: 1, green: 998 });
  assert.ok((arcs[0]?.to ?? 0) >= FULL / 31);
  assert.ok(Math.abs((arcs[2]?.to ?? 0) - FULL) < 1e-9);
});

test("a cluster of nothing has no ring", () => {
  assert.deepEqual(ringArcs({}), []);
});

test("rings grow with their number, and not without end", () => {
  assert.ok(ringRadius(2) < ringRadius(20) && ringRadius(20) < ringRadius(200));
  assert.equal(ringRadius(10_000), ringRadius(100_000));
});

test("roads widen steadily from zoom to zoom", () => {
  let last = 0;
  for (let zoom = 8; zoom <= 18; zoom += 0.25) {
    const width = widthAt([1, 3, 8, 18], zoom);
    assert.ok(width >= last, `at zoom ${zoom}`);
    last = width;
  }
});

test("the scale shows round lengths", () => {
  assert.deepEqual([7, 19, 430, 999, 5000].map(roundLength), [5, 10, 200, 500, 5000]);
});

/**
 * @param {number} id
 * @param {number} lon
 * @returns {import("../../app/frontend/data.js").Feature}
 */
function part(id, lon) {
  return { properties: { id, project: id, code: `P${id}`, name: `点位${id}`, point: [lon, 37.45] }, shape: null };
}

test("parts of a site are one site; without a point it is not on the map", () => {
  const more = { properties: { id: 1, project: 1, code: "P1" }, shape: null };
  assert.equal(gatherSites([part(1, 116.3), more]).size, 1);
  assert.equal(gatherSites([more]).size, 0);
});

test("clusters count their lamps, and only what is shown is in them", () => {
  const sites = new Sites();
  sites.setShapes([part(1, 116.3), part(2, 116.3001), part(3, 116.3002), part(4, 116.5)]);
  /** @type {Record<string, import("../../app/frontend/lamps.js").Status>} */
  const statuses = { 1: ["red", "", []], 2: ["green", "", []], 3: ["green", "", []], 4: ["blue", "", []] };
  sites.setStatuses(statuses, new Set([1, 2, 4]));
  const found = sites.find([0, 0, 1, 1], 11);
  assert.equal(found.length, 2);
  const cluster = found.find(({ properties }) => "cluster" in properties && properties.cluster);
  const mix = /** @type {any} */ (cluster?.properties);
  assert.deepEqual([mix.red, mix.green, mix.point_count], [1, 1, 2]);
  assert.equal(sites.find([0, 0, 1, 1], 14).length, 3, "nearby nothing is gathered");
});

test("between two zooms the looser clusters stay a while", () => {
  assert.deepEqual([10, 10.5, 10.75, 11].map(indexZoom), [10, 10, 11, 11]);
});

test("the skyline steps only where the number changes", () => {
  assert.equal(skylinePath([1, 1, 2], 2, 100), "M0 100H0V50H2V0H3V100Z");
  assert.equal(skylinePath([9], 2, 100), "M0 100H0V0H1V100Z", "what is higher than the scale ends at its top");
  assert.equal(skylinePath([], 1, 100), "");
});
