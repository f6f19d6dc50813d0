/** Which projects and sites are shown, and how many a further choice would leave. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countFilters,
  countValues,
  findProjects,
  findSites,
  isCounted,
  setValues,
  toggleValue,
} from "../../app/frontend/filters.js";
import { joinObstacles } from "../../app/frontend/lamps.js";
import { sortProjects } from "../../app/frontend/order.js";
import { findShares } from "../../app/frontend/shares.js";

/**
 * @param {number} id
 * @param {Partial<import("../../app/frontend/filters.js").Project>} facts
 * @returns {import("../../app/frontend/filters.js").Project}
 */
function project(id, facts = {}) {
  return {
    id,
    code: `P${id}`,
    name: `项目${id}`,
    name_en: null,
    category: "urban",
    nature: "new",
    lead_unit: "市住建局",
    lead_unit_en: null,
    sponsor_leader: null,
    districts: ["安城区"],
    districts_en: ["Ancheng"],
    investment_yuan: null,
    sites: [id * 10],
    located: true,
    standing: "active",
    pinyin: "",
    initials: "",
    ...facts,
  };
}

const PROJECTS = [
  project(1),
  project(2, { districts: ["安城区", "河东区"], sites: [20, 21] }),
  project(3, { category: "transport", located: false, sites: [] }),
  project(4, { lead_unit: null, category: null }),
];
/** @type {import("../../app/frontend/filters.js").Statuses} */
const STATUSES = {
  1: ["green", "under_construction", []],
  2: ["red", "under_construction", ["hollow", "not_reported"]],
  3: ["red", "not_started", ["at_risk"]],
};

/** @param {import("../../app/frontend/filters.js").Filters} filters */
function codes(filters) {
  return findProjects(PROJECTS, STATUSES, filters).map(({ code }) => code);
}

test("without filters everything is there, red first, what has no lamp last", () => {
  assert.deepEqual(codes({}), ["P2", "P3", "P1", "P4"]);
});

test("values of one facet add up, facets narrow down", () => {
  assert.deepEqual(codes({ lamp: ["red", "green"] }), ["P2", "P3", "P1"]);
  assert.deepEqual(codes({ lamp: ["red"], category: ["transport"] }), ["P3"]);
  assert.deepEqual(codes({ district: ["河东区"] }), ["P2"]);
  assert.deepEqual(codes({ mark: ["hollow"] }), ["P2"]);
});

test("projects without a place are found by that", () => {
  assert.deepEqual(codes({ place: ["none"] }), ["P3"]);
});

test("projects are found by their leader, and by what their open blockers are about", () => {
  const board = joinObstacles({
    projects: STATUSES,
    late_starts: [3],
    blockers: { 2: [["land", "trees"], ["市行政审批局"]], 3: [["land"], []] },
  });
  const led = [project(1, { sponsor_leader: "李明" }), ...PROJECTS.slice(1)];
  const found = (/** @type {import("../../app/frontend/filters.js").Filters} */ filters) =>
    findProjects(led, board.projects, filters).map(({ code }) => code);
  assert.deepEqual(found({ cause: ["land"] }), ["P2", "P3"]);
  assert.deepEqual(found({ awaited: ["市行政审批局"] }), ["P2"]);
  assert.deepEqual(found({ leader: ["李明"] }), ["P1"]);
  assert.deepEqual(found({ mark: ["start_overdue"] }), ["P3"]);
  assert.deepEqual(
    [...countValues("cause", led, board.projects, {})],
    [
      ["land", 2],
      ["trees", 1],
    ],
  );
  assert.equal(STATUSES[3]?.length, 3, "what was read stays as it was");
});

test("a filter without values lets everything pass", () => {
  assert.equal(codes({ lamp: [] }).length, 4);
});

test("counts of a facet's values look at the other facets only", () => {
  const counts = countValues("lamp", PROJECTS, STATUSES, { lamp: ["green"], district: ["安城区"] });
  assert.deepEqual(
    [...counts],
    [
      ["green", 1],
      ["red", 2],
    ],
  );
});

test("a project counts until the day a document takes it out", () => {
  const postponed = project(5, { standing: "postponed", standing_from: "2026-06-01" });
  assert.equal(isCounted(postponed, "2026-05-31"), true);
  assert.equal(isCounted(postponed, "2026-06-01"), false);
  assert.equal(isCounted(project(6, { standing: "ended" }), "2026-06-01"), false);
});

test("of a project shown by its lamp the sites with that lamp are drawn, or all of them", () => {
  /** @type {import("../../app/frontend/filters.js").Statuses} */
  const sites = { 10: ["green", "", []], 20: ["red", "", []], 21: ["green", "", []] };
  const filters = { lamp: ["red"] };
  const shown = findProjects(PROJECTS, STATUSES, filters);
  assert.deepEqual([...findSites(shown, sites, filters)], [20]);
  sites[20] = ["yellow", "", []];
  assert.deepEqual([...findSites(shown, sites, filters)], [20, 21]);
});

test("choosing twice is not choosing", () => {
  const once = toggleValue({}, "lamp", "red");
  assert.deepEqual(once, { lamp: ["red"] });
  assert.deepEqual(toggleValue(once, "lamp", "red"), {});
  assert.deepEqual(setValues(once, "unit", ["市住建局"]), { lamp: ["red"], unit: ["市住建局"] });
  assert.equal(countFilters({ lamp: ["red"], unit: [] }), 1);
});

test("words filter by what the search finds", () => {
  const named = [project(5, { name: "东风路改造", pinyin: "dongfenglugaizao", initials: "dflgz" }), ...PROJECTS];
  const found = (/** @type {string[]} */ ...words) => findProjects(named, STATUSES, { words }).map(({ code }) => code);
  assert.deepEqual(found("dfl"), ["P5"]);
  assert.deepEqual(found("东风 路", "P3"), ["P3", "P5"]);
  assert.deepEqual(found("nothing like it"), []);
});

test("the list stands in the order asked for, what is not known last", () => {
  const some = [
    project(1, { name: "丙", investment_yuan: 5 }),
    project(2, { name: "甲", investment_yuan: 9, lead_unit: null }),
    project(3, { name: "乙" }),
  ];
  const order = (/** @type {string | null} */ by) => sortProjects(some, STATUSES, by, "zh").map(({ code }) => code);
  assert.deepEqual(order(null), ["P2", "P3", "P1"]);
  assert.deepEqual(order("name"), ["P1", "P2", "P3"], "bing, jia, yi");
  assert.deepEqual(order("code"), ["P1", "P2", "P3"]);
  assert.deepEqual(order("investment"), ["P2", "P1", "P3"]);
  assert.deepEqual(order("unit"), ["P1", "P3", "P2"]);
});

test("a district's share counts what passes the filters, whatever lamps are chosen, and counts on the day", () => {
  const shares = findShares(PROJECTS, STATUSES, { lamp: ["green"] }, "2026-11-23");
  assert.deepEqual(Object.fromEntries(shares), {
    安城区: { red: 2, count: 3 },
    河东区: { red: 1, count: 1 },
  });
  const gone = [project(2, { standing: "postponed", standing_from: "2026-11-01" })];
  assert.equal(findShares(gone, STATUSES, {}, "2026-11-23").size, 0);
  assert.deepEqual(Object.fromEntries(findShares(PROJECTS, STATUSES, { category: ["transport"] }, "2026-11-23")), {
    安城区: { red: 1, count: 1 },
  });
});
