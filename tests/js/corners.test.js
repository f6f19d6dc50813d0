// @ts-check
/** An area to watch as its corners are written and read. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { readCorners, writeCorners } from "../../app/frontend/geometry/corners.js";

test("corners that were written are read again", () => {
  const text = "116.28000,37.44000 116.31000,37.44000 116.30000,37.46000";
  const area = readCorners(text);
  assert.equal(area?.coordinates[0]?.length, 4);
  assert.equal(area && writeCorners(area), text);
});

test("a box is its four corners", () => {
  assert.deepEqual(
    readCorners("116.28,37.44,116.31,37.46"),
    readCorners("116.28,37.44 116.31,37.44 116.31,37.46 116.28,37.46"),
  );
});

test("commas and semicolons of Chinese keyboards will do", () => {
  assert.deepEqual(readCorners("1，2；3，4；5，1"), readCorners("1,2 3,4 5,1"));
});

for (const text of ["", "1,2 3,4", "1,2,3", "a,b c,d e,f", "3,2,1,4"]) {
  test(`"${text}" is no area`, () => assert.equal(readCorners(text), null));
}
