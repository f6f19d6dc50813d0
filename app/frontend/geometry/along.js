// @ts-check
/** Places along a line: where arrows, ticks and names go. */

/** @typedef {{ x: number, y: number, angle: number }} Place angle in radians, 0 is east, clockwise as y grows downwards */

/**
 * Places at equal distances along a line, the first half a step from its start.
 * @param {ArrayLike<number>} line x, y, x, y …
 * @param {number} step
 * @returns {Place[]}
 */
export function placesAlong(line, step) {
  /** @type {Place[]} */
  const places = [];
  let next = step / 2;
  let walked = 0;
  for (let i = 0; i + 3 < line.length; i += 2) {
    const ax = line[i] ?? 0;
    const ay = line[i + 1] ?? 0;
    const dx = (line[i + 2] ?? 0) - ax;
    const dy = (line[i + 3] ?? 0) - ay;
    const length = Math.hypot(dx, dy);
    if (length === 0) continue;
    const angle = Math.atan2(dy, dx);
    while (next <= walked + length) {
      const part = (next - walked) / length;
      places.push({ x: ax + dx * part, y: ay + dy * part, angle });
      next += step;
    }
    walked += length;
  }
  return places;
}

/**
 * The longest nearly straight run of a line (it turns by at most 20° from its first stretch): where a name can stand.
 * @param {ArrayLike<number>} line
 * @returns {(Place & { length: number }) | null} its middle
 */
export function straightestRun(line) {
  const limit = Math.PI / 9;
  /** @type {(Place & { length: number }) | null} */
  let best = null;
  let start = 0;
  while (start + 3 < line.length) {
    const first = heading(line, start);
    let end = start + 2;
    while (end + 3 < line.length && turn(first, heading(line, end)) <= limit) end += 2;
    const ax = line[start] ?? 0;
    const ay = line[start + 1] ?? 0;
    const bx = line[end] ?? 0;
    const by = line[end + 1] ?? 0;
    const length = Math.hypot(bx - ax, by - ay);
    if (!best || length > best.length) {
      // The middle vertex keeps the name on a slightly bent line better than the middle of the chord.
      const middle = nearestTo(line, start, end, (ax + bx) / 2, (ay + by) / 2);
      best = { ...middle, angle: Math.atan2(by - ay, bx - ax), length };
    }
    start = Math.max(end, start + 2);
  }
  return best;
}

/**
 * The angle at which a text is read along a direction without standing on its head.
 * @param {number} angle
 * @returns {number} between -90° and 90°
 */
export function readingAngle(angle) {
  if (angle > Math.PI / 2) return angle - Math.PI;
  if (angle < -Math.PI / 2) return angle + Math.PI;
  return angle;
}

/**
 * @param {ArrayLike<number>} line
 * @param {number} at
 * @returns {number}
 */
function heading(line, at) {
  return Math.atan2((line[at + 3] ?? 0) - (line[at + 1] ?? 0), (line[at + 2] ?? 0) - (line[at] ?? 0));
}

/**
 * @param {number} a
 * @param {number} b
 * @returns {number} the smaller angle between two directions
 */
function turn(a, b) {
  const difference = Math.abs(a - b) % (2 * Math.PI);
  return difference > Math.PI ? 2 * Math.PI - difference : difference;
}

/**
 * @param {ArrayLike<number>} line
 * @param {number} start
 * @param {number} end
 * @param {number} x
 * @param {number} y
 * @returns {{ x: number, y: number }} the point of the stretch that is nearest
 */
function nearestTo(line, start, end, x, y) {
  let best = { x, y };
  let least = Infinity;
  for (let i = start; i < end; i += 2) {
    const ax = line[i] ?? 0;
    const ay = line[i + 1] ?? 0;
    const dx = (line[i + 2] ?? 0) - ax;
    const dy = (line[i + 3] ?? 0) - ay;
    const length = dx * dx + dy * dy;
    const part = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
    const distance = Math.hypot(ax + part * dx - x, ay + part * dy - y);
    if (distance < least) {
      least = distance;
      best = { x: ax + part * dx, y: ay + part * dy };
    }
  }
  return best;
}
