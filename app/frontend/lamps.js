// @ts-check
/** The lamps, their words and what a status on a day says. */

import { gettext } from "./text.js";

/** @typedef {"red" | "yellow" | "green" | "grey" | "blue" | "paused"} Lamp */
/** @typedef {{ causes: string[], awaited: string[] }} Obstacles what a project's open blockers are about */
/** @typedef {"worse" | "better" | "new"} Change since the day that is compared with */
/** @typedef {[lamp: Lamp, stage: string, marks: string[], obstacles?: Obstacles, change?: Change]} Status one entry of a day's board */

/** In the order in which they are shown and drawn: what needs somebody first. @type {readonly Lamp[]} */
export const LAMPS = ["red", "yellow", "green", "grey", "blue", "paused"];

/** A mark that the board tells apart from the others. */
const START_OVERDUE = "start_overdue";

/** As they follow one another. @type {readonly string[]} */
export const STAGES = [
  "not_started",
  "under_construction",
  "suspended",
  "completed",
  "in_use",
  "in_production",
  "at_capacity",
];

/** @type {readonly string[]} */
export const MARKS = [
  START_OVERDUE,
  "at_risk",
  "not_reported",
  "hollow",
  "restricted",
  "no_plan",
  "no_location",
  "unverified",
  "ruled",
];

/**
 * A day's board with what it says of blockers and late starts written into the statuses of the projects, for filters.
 * @template {{ projects: Record<string, Status>, late_starts: number[], blockers: Record<string, [string[], string[]]> }} B
 * @param {B} board
 * @returns {B}
 */
export function joinObstacles(board) {
  const late = new Set(board.late_starts);
  /** @type {Record<string, Status>} */
  const projects = {};
  for (const [id, [lamp, stage, marks]] of Object.entries(board.projects)) {
    const [causes, awaited] = board.blockers[id] ?? [[], []];
    projects[id] = [lamp, stage, late.has(Number(id)) ? [START_OVERDUE, ...marks] : marks, { causes, awaited }];
  }
  return { ...board, projects };
}

/**
 * @param {string} lamp
 * @returns {string}
 */
export function lampWord(lamp) {
  switch (lamp) {
    case "red":
      return gettext("Red");
    case "yellow":
      return gettext("Yellow");
    case "green":
      return gettext("Green");
    case "grey":
      return gettext("Not due");
    case "blue":
      return gettext("Finished");
    case "paused":
      return gettext("Paused");
    default:
      return lamp;
  }
}

/**
 * @param {string} stage
 * @returns {string}
 */
export function stageWord(stage) {
  switch (stage) {
    case "not_started":
      return gettext("Not started");
    case "under_construction":
      return gettext("Under construction");
    case "suspended":
      return gettext("Suspended");
    case "completed":
      return gettext("Completed");
    case "in_use":
      return gettext("In use");
    case "in_production":
      return gettext("In production");
    case "at_capacity":
      return gettext("At capacity");
    default:
      return stage;
  }
}

/**
 * @param {string} mark
 * @returns {string}
 */
export function markWord(mark) {
  switch (mark) {
    case "at_risk":
      return gettext("At risk");
    case "not_reported":
      return gettext("Not reported");
    case "hollow":
      return gettext("Not reported for 60 days");
    case "restricted":
      return gettext("Restricted");
    case "no_plan":
      return gettext("No plan");
    case "no_location":
      return gettext("No location");
    case "unverified":
      return gettext("Unverified");
    case "ruled":
      return gettext("By ruling");
    case START_OVERDUE:
      return gettext("Start overdue");
    default:
      return mark;
  }
}

/**
 * Whether the symbol of this status is drawn hollow.
 * @param {Status} status
 * @returns {boolean}
 */
export function isHollow(status) {
  return status[2].includes("hollow");
}

/**
 * Whether the lamp is a ruling's and not the computed one.
 * @param {Status} status
 * @returns {boolean}
 */
export function isRuled(status) {
  return status[2].includes("ruled");
}

/**
 * Whether work stands still, approved or not.
 * @param {Status} status
 * @returns {boolean}
 */
export function isSuspended(status) {
  return status[0] === "paused" || status[1] === "suspended";
}
