// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { unitX, unitY } from "../../app/frontend/geometry/mercator.js";
import { readShape } from "../../app/frontend/geometry/shapes.js";
import { districtAt, roadAt } from "../../app/frontend/map/place-hits.js";

const SCALE = 256 * 2 ** 14;

/**
 * @param {string | null} name
 * @param {any} geometry
 */
const feature = (name, geometry) => ({ properties: { name }, shape: readShape(geometry) });

/**
 * @param {number} lat
 * @param {string | null} name
 */
const street = (lat, name) =>
  feature(name, {
    type: "LineString",
    coordinates: [
      [116.3, lat],
      [116.32, lat],
    ],
  });

/** @param {number} size */
const square = (size, name = `${size}`) =>
  feature(name, {
    type: "Polygon",
    coordinates: [
      [
        [116, 37],
        [116 + size, 37],
        [116 + size, 37 + size],
        [116, 37 + size],
        [116, 37],
      ],
    ],
  });

/**
 * @param {number} lon
 * @param {number} lat
 */
const at = (lon, lat, touch = false) => ({ x: unitX(lon), y: unitY(lat), scale: SCALE, touch });

test("of two roads within reach the nearer one is touched", () => {
  const roads = [street(37.4503, "北街"), street(37.45, "东风路")];
  assert.equal(roadAt(roads, at(116.31, 37.45005, true))?.properties.name, "东风路");
});

test("a road without a name cannot be chosen, and what is out of reach is none", () => {
  assert.equal(roadAt([street(37.45, null)], at(116.31, 37.45)), null);
  assert.equal(roadAt([street(37.45, "东风路")], at(116.31, 37.46)), null);
});

test("a finger reaches further than a mouse", () => {
  const roads = [street(37.45, "东风路")];
  assert.equal(roadAt(roads, at(116.31, 37.4508)), null);
  assert.equal(roadAt(roads, at(116.31, 37.4508, true))?.properties.name, "东风路");
});

test("of districts over one another the smaller is touched, outside of all none", () => {
  const districts = [square(1), square(0.2)];
  assert.equal(districtAt(districts, at(116.1, 37.1))?.properties.name, "0.2");
  assert.equal(districtAt(districts, at(116.5, 37.5))?.properties.name, "1");
  assert.equal(districtAt(districts, at(118, 37.5)), null);
});
