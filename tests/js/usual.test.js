// @ts-check
/** Whose a new work is before anybody chooses: by table. */

import assert from "node:assert/strict";
import test from "node:test";

globalThis.document = /** @type {any} */ ({ querySelector: () => null });
const { usualUnit } = await import("../../app/frontend/zoning/usual.js");

/** @typedef {import("../../app/frontend/zoning/usual.js").Known} Known */

/** @type {Record<string, string>} */
const utilities = { 1: "heat", 2: "gas", 3: "telecom", 4: "telecom" };
/** @type {Known} */
const city = { units: ["1", "2", "3", "4", "9"], utilities, kind: "relocation", utility: "", before: null };

/** @type {[string, Partial<Known>, string][]} */
const CASES = [
  ["the only unit there is", { units: ["9"], kind: "diversion" }, "9"],
  ["a site is its project's", { units: ["9"], kind: "site" }, ""],
  ["who owns the utility", { utility: "gas" }, "2"],
  ["who owns the utility, whatever was chosen last", { utility: "gas", before: "1" }, "2"],
  ["two own it: the one of last time", { utility: "telecom", before: "4" }, "4"],
  ["two own it and the one of last time does not", { utility: "telecom", before: "1" }, ""],
  ["nobody owns it: the one of last time", { utility: "water", before: "9" }, "9"],
  ["the one of last time", { kind: "diversion", before: "9" }, "9"],
  ["the one of last time is not the asker's any more", { kind: "diversion", before: "77" }, ""],
  ["nothing is known", { kind: "diversion" }, ""],
];

for (const [name, more, expected] of CASES) {
  test(name, () => assert.equal(usualUnit({ ...city, ...more }), expected));
}
