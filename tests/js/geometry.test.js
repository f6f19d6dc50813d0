/** Shapes, hits, places along lines, room for names. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { placesAlong, readingAngle, straightestRun } from "../../app/frontend/geometry/along.js";
import { edgeDistance, isHit, isInside } from "../../app/frontend/geometry/hit.js";
import { labelPoint } from "../../app/frontend/geometry/label.js";
import { latOf, lonOf, unitX, unitY } from "../../app/frontend/geometry/mercator.js";
import { Room, turnedRect } from "../../app/frontend/geometry/room.js";
import { boxesMeet, joinBoxes, middleBox, readShape } from "../../app/frontend/geometry/shapes.js";

/**
 * @param {number[][]} points
 * @returns {import("../../app/frontend/geometry/shapes.js").Shape}
 */
function polygon(...points) {
  const shape = { kind: /** @type {const} */ ("polygon"), rings: points.map((ring) => Float64Array.from(ring)) };
  const xs = points.flatMap((ring) => ring.filter((_, i) => i % 2 === 0));
  const ys = points.flatMap((ring) => ring.filter((_, i) => i % 2 === 1));
  return { ...shape, box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] };
}

const SQUARE = [0, 0, 10, 0, 10, 10, 0, 10, 0, 0];
const HOLE = [4, 4, 6, 4, 6, 6, 4, 6, 4, 4];

test("longitude and latitude come back from the unit square", () => {
  for (const [lon, lat] of [
    [0, 0],
    [116.3, 37.45],
    [-179.9, 85],
    [121.5, -33],
  ]) {
    assert.ok(Math.abs(lonOf(unitX(lon ?? 0)) - (lon ?? 0)) < 1e-9);
    assert.ok(Math.abs(latOf(unitY(lat ?? 0)) - (lat ?? 0)) < 1e-9);
  }
  assert.ok(unitY(50) < unitY(40), "north is up");
});

test("every kind of geometry is read; none is none", () => {
  const ring = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 0],
  ];
  assert.equal(readShape({ type: "Polygon", coordinates: [ring] })?.kind, "polygon");
  assert.equal(readShape({ type: "MultiPolygon", coordinates: [[ring], [ring, ring]] })?.rings.length, 3);
  assert.equal(readShape({ type: "LineString", coordinates: ring })?.kind, "line");
  assert.equal(readShape({ type: "MultiLineString", coordinates: [ring, ring] })?.rings.length, 2);
  assert.equal(readShape({ type: "Point", coordinates: [1, 1] })?.kind, "point");
  assert.equal(readShape(null), null);
  assert.equal(readShape({ type: "MultiPolygon", coordinates: [] }), null);
});

test("a hole is not inside", () => {
  const shape = polygon(SQUARE, HOLE);
  assert.equal(isInside(shape, 2, 2), true);
  assert.equal(isInside(shape, 5, 5), false);
  assert.equal(isInside(shape, 11, 5), false);
});

test("a touch reaches a little beyond the edge", () => {
  const shape = polygon(SQUARE);
  assert.equal(isHit(shape, 12, 5, 1), false);
  assert.equal(isHit(shape, 10.5, 5, 1), true);
  assert.equal(edgeDistance(shape, 13, 14), 5);
});

test("boxes that touch meet", () => {
  assert.equal(boxesMeet([0, 0, 1, 1], [1, 1, 2, 2]), true);
  assert.equal(boxesMeet([0, 0, 1, 1], [1.1, 0, 2, 2]), false);
  assert.deepEqual(
    joinBoxes([
      [0, 0, 1, 1],
      [2, -1, 3, 0],
    ]),
    [0, -1, 3, 1],
  );
});

test("the middle of many points leaves out those far away", () => {
  const points = [...Array(19).keys()].map((i) => ({ x: i, y: 100 - i }));
  assert.deepEqual(middleBox([...points, { x: 1000, y: -900 }], 0.1), [1, 82, 18, 99]);
  assert.deepEqual(middleBox([{ x: 3, y: 4 }], 0.1), [3, 4, 3, 4]);
  assert.equal(middleBox([], 0.1), null);
});

test("a name stands on its shape, also when the middle of the box does not", () => {
  const horseshoe = polygon([0, 0, 10, 0, 10, 10, 8, 10, 8, 2, 2, 2, 2, 10, 0, 10, 0, 0]);
  const { x, y } = labelPoint(horseshoe);
  assert.equal(isInside(horseshoe, x, y), true);
});

test("arrows stand at equal distances along the way and point along it", () => {
  const places = placesAlong([0, 0, 10, 0, 10, 10], 5);
  assert.deepEqual(
    places.map(({ x, y }) => [x, y]),
    [
      [2.5, 0],
      [7.5, 0],
      [10, 2.5],
      [10, 7.5],
    ],
  );
  assert.equal(places[0]?.angle, 0);
  assert.equal(places[3]?.angle, Math.PI / 2);
});

test("a name goes where the road is straight the longest", () => {
  const run = straightestRun([0, 0, 5, 0, 5, 30, 8, 30]);
  assert.equal(run?.length, 30);
  assert.equal(run?.x, 5);
  assert.equal(straightestRun([]), null);
});

test("no name stands on its head", () => {
  for (let angle = -Math.PI; angle <= Math.PI; angle += 0.1) {
    assert.ok(Math.abs(readingAngle(angle)) <= Math.PI / 2 + 1e-9);
  }
});

test("a place is taken once", () => {
  const room = new Room();
  assert.equal(room.take([0, 0, 50, 20]), true);
  assert.equal(room.take([40, 10, 90, 30]), false);
  assert.equal(room.take([50, 0, 90, 20]), true, "boxes that only touch both have room");
  assert.equal(room.take([500, 500, 900, 520]), true);
  assert.equal(room.take([600, 510, 610, 515]), false, "also far from the first corner");
});

test("a turned box has an upright one around it", () => {
  assert.deepEqual(turnedRect(0, 0, 40, 10, 0), [-20, -5, 20, 5]);
  const [left, top] = turnedRect(0, 0, 40, 10, Math.PI / 2);
  assert.ok(Math.abs(left + 5) < 1e-9 && Math.abs(top + 20) < 1e-9);
});
