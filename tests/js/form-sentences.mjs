/** Checks the forms that come on standard input, one JSON document of [rules, texts] pairs, and writes what it would say. */

import { readFileSync } from "node:fs";
import { check } from "../../app/frontend/forms/check.js";

/** @type {[import("../../app/frontend/forms/check.js").Rules, Record<string, string>][]} */
const pairs = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(pairs.map(([rules, texts]) => check(rules, texts))));
