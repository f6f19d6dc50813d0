/** What got worse, what got better and what is new between two days. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { changeOf, markChanges } from "../../app/frontend/compare.js";

/** @typedef {import("../../app/frontend/lamps.js").Status} Status */

/**
 * @param {import("../../app/frontend/lamps.js").Lamp} lamp
 * @returns {Status}
 */
const status = (lamp) => [lamp, "under_construction", []];

test("a lamp that wants somebody more is worse, one that does less is better", () => {
  for (const [before, now, change] of /** @type {const} */ ([
    ["green", "red", "worse"],
    ["green", "yellow", "worse"],
    ["yellow", "red", "worse"],
    ["green", "paused", "worse"],
    ["red", "green", "better"],
    ["red", "paused", "better"],
    ["yellow", "blue", "better"],
    ["green", "blue", null],
    ["grey", "green", null],
    ["red", "red", null],
  ]))
    assert.equal(changeOf(status(now), status(before)), change, `${before} to ${now}`);
  assert.equal(changeOf(status("green"), undefined), "new");
});

test("a board says of projects and sites how they changed, and keeps what else it says", () => {
  const now = { day: "2026-11-23", projects: { 1: status("red"), 2: status("green") }, sites: { 7: status("green") } };
  const before = { projects: { 1: status("green"), 2: status("green") }, sites: { 7: status("red") } };
  const marked = markChanges(now, before);
  assert.equal(marked.day, "2026-11-23");
  assert.equal(marked.projects[1]?.[4], "worse");
  assert.equal(marked.projects[2]?.[4], undefined);
  assert.equal(marked.sites[7]?.[4], "better");
  assert.equal(now.projects[1]?.length, 3, "what was read stays as it was");
});
