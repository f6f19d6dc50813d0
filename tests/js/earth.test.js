/** Lengths and areas against figures of geodesists. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { area, distance, length } from "../../app/frontend/geometry/earth.js";
import { formatArea, formatLength } from "../../app/frontend/panels/measure.js";

/** Square metres. */
const SQUARE = 981_988.953;

test("Vincenty's own example: Flinders Peak to Buninyong", () => {
  const metres = distance({ lat: -37.951033417, lon: 144.424867889 }, { lat: -37.652821139, lon: 143.926495528 });
  assert.ok(Math.abs(metres - 54_972.271) < 0.002, String(metres));
});

test("a degree of longitude at 37.45° and of latitude, by pyproj's Geod", () => {
  assert.ok(Math.abs(distance({ lat: 37.45, lon: 116 }, { lat: 37.45, lon: 117 }) - 88_483.956) < 0.001);
  assert.equal(distance({ lat: 37, lon: 116 }, { lat: 37, lon: 116 }), 0);
});

test("a line is the sum of its stretches", () => {
  const a = { lat: 37, lon: 116 };
  const b = { lat: 37, lon: 116.01 };
  const c = { lat: 37.01, lon: 116.01 };
  assert.equal(length([a, b, c]), distance(a, b) + distance(b, c));
  assert.equal(length([a]), 0);
});

test("a hundredth of a degree each way at 37.45°, by pyproj's Geod, whichever way it is walked", () => {
  const ring = [
    { lat: 37.45, lon: 116.3 },
    { lat: 37.45, lon: 116.31 },
    { lat: 37.46, lon: 116.31 },
    { lat: 37.46, lon: 116.3 },
  ];
  assert.ok(Math.abs(area(ring) / SQUARE - 1) < 1e-5, String(area(ring)));
  assert.ok(Math.abs(area([...ring].reverse()) / SQUARE - 1) < 1e-5);
});

test("measures are written as people say them", () => {
  assert.equal(formatLength(84.26), "84.3 m");
  assert.equal(formatLength(1234.5), "1.23 km");
  assert.equal(formatArea(2000, "zh"), "2,000 m² · 3 亩");
  assert.equal(formatArea(2_500_000, "en"), "2.5 km² · 250 ha");
});
