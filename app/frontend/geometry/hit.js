// @ts-check
/** What lies under a point: pure, in unit Mercator. */

/** @typedef {import("./shapes.js").Shape} Shape */

/**
 * Whether a point lies inside a polygon (even-odd over all its rings).
 * @param {Shape} shape
 * @param {number} x
 * @param {number} y
 * @returns {boolean}
 */
export function isInside(shape, x, y) {
  let inside = false;
  for (const ring of shape.rings) {
    const last = ring.length - 2;
    for (let i = 0, j = last; i <= last; j = i, i += 2) {
      const xi = ring[i] ?? 0;
      const yi = ring[i + 1] ?? 0;
      const xj = ring[j] ?? 0;
      const yj = ring[j + 1] ?? 0;
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
  }
  return inside;
}

/**
 * Distance of a point to the nearest edge (or, of points, the nearest point) of a shape.
 * @param {Shape} shape
 * @param {number} x
 * @param {number} y
 * @returns {number}
 */
export function edgeDistance(shape, x, y) {
  let best = Infinity;
  for (const ring of shape.rings) {
    if (ring.length === 2) best = Math.min(best, Math.hypot((ring[0] ?? 0) - x, (ring[1] ?? 0) - y));
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const ax = ring[i] ?? 0;
      const ay = ring[i + 1] ?? 0;
      const dx = (ring[i + 2] ?? 0) - ax;
      const dy = (ring[i + 3] ?? 0) - ay;
      const length = dx * dx + dy * dy;
      const along = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
      best = Math.min(best, Math.hypot(ax + along * dx - x, ay + along * dy - y));
    }
  }
  return best;
}

/**
 * Whether a point meets a shape within a distance.
 * @param {Shape} shape
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 * @returns {boolean}
 */
export function isHit(shape, x, y, reach) {
  const [west, north, east, south] = shape.box;
  if (x < west - reach || x > east + reach || y < north - reach || y > south + reach) return false;
  if (shape.kind === "polygon" && isInside(shape, x, y)) return true;
  return edgeDistance(shape, x, y) <= reach;
}
