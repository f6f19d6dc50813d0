// @ts-check
/** What is otherwise on one day than on another: pure functions over two days' boards. */

/** @typedef {import("./lamps.js").Lamp} Lamp */
/** @typedef {import("./lamps.js").Change} Change */
/** @typedef {import("./lamps.js").Status} Status */
/** @typedef {{ projects: Record<string, Status>, sites: Record<string, Status> }} Lamps */

/** In the order in which they are shown. @type {readonly Change[]} */
export const CHANGES = ["worse", "better", "new"];

/** How much each lamp wants somebody; lamps alike in that are neither worse nor better than one another. */
const NEED = /** @type {Record<Lamp, number>} */ ({ red: 3, yellow: 2, paused: 1, grey: 0, green: 0, blue: 0 });

/**
 * @param {Status} now
 * @param {Status | undefined} before
 * @returns {Change | null} null when it stands as it stood
 */
export function changeOf(now, before) {
  if (!before) return "new";
  const more = NEED[now[0]] - NEED[before[0]];
  return more > 0 ? "worse" : more < 0 ? "better" : null;
}

/**
 * A day's board on which every status says how it changed since the day of another board.
 * @template {Lamps} B
 * @param {B} board
 * @param {Lamps} before
 * @returns {B}
 */
export function markChanges(board, before) {
  return {
    ...board,
    projects: mark(board.projects, before.projects),
    sites: mark(board.sites, before.sites),
  };
}

/**
 * @param {Record<string, Status>} now
 * @param {Record<string, Status>} before
 * @returns {Record<string, Status>}
 */
function mark(now, before) {
  /** @type {Record<string, Status>} */
  const marked = {};
  for (const [id, status] of Object.entries(now)) {
    const change = changeOf(status, before[id]);
    const [lamp, stage, marks, obstacles = { causes: [], awaited: [] }] = status;
    marked[id] = change ? [lamp, stage, marks, obstacles, change] : status;
  }
  return marked;
}
