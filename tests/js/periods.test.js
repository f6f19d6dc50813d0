/** Whether a work shows on a day. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { countPhases, phaseOn } from "../../app/frontend/periods.js";

const DAY = "2026-11-23";

test("both ends of a period belong to it", () => {
  assert.equal(phaseOn({ first_on: DAY, last_on: DAY }, DAY), "active");
  assert.equal(phaseOn({ first_on: "2026-11-01", last_on: "2026-11-22" }, DAY), null);
});

test("what begins within 30 days is coming, later is not shown", () => {
  assert.equal(phaseOn({ first_on: "2026-12-23", last_on: null }, DAY), "coming");
  assert.equal(phaseOn({ first_on: "2026-12-24", last_on: null }, DAY), null);
});

test("an unknown end is open", () => {
  assert.equal(phaseOn({ first_on: "2026-01-01" }, DAY), "active");
  assert.equal(phaseOn({ last_on: "2026-12-01" }, DAY), "active");
  assert.equal(phaseOn({}, DAY), "active");
});

test("what is withdrawn, or finished on an unknown day, is not shown", () => {
  assert.equal(phaseOn({ first_on: "2026-01-01", state: "withdrawn" }, DAY), null);
  assert.equal(phaseOn({ first_on: "2026-01-01", state: "finished" }, DAY), null);
});

test("works are counted, not their parts; one part that runs makes the work run", () => {
  const parts = [
    { id: 1, first_on: "2026-12-01" },
    { id: 1, first_on: "2026-11-01" },
    { id: 2, first_on: "2026-12-01" },
    { id: 3, first_on: "2027-12-01" },
  ];
  assert.deepEqual(countPhases(parts, DAY), { active: 1, coming: 1 });
});
