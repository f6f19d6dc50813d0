// @ts-check
/** Where a shape carries its name: a point on it, with as much room to both sides as there is. */

/** @typedef {import("./shapes.js").Shape} Shape */
/** @typedef {{ x: number, y: number }} Point unit Mercator */

/** @type {WeakMap<Shape, Point>} */
const known = new WeakMap();

/**
 * A point on a shape: of a polygon the middle of the widest stretch inside it on one of five horizontal lines, of a
 * line its middle vertex.
 * @param {Shape} shape
 * @returns {Point}
 */
export function labelPoint(shape) {
  let point = known.get(shape);
  if (!point) {
    point = shape.kind === "polygon" ? insidePoint(shape) : middleVertex(shape);
    known.set(shape, point);
  }
  return point;
}

/**
 * @param {Shape} shape
 * @returns {Point}
 */
function middleVertex({ rings }) {
  const ring = rings.reduce((longest, one) => (one.length > longest.length ? one : longest), new Float64Array());
  const at = Math.floor(ring.length / 4) * 2;
  return { x: ring[at] ?? 0, y: ring[at + 1] ?? 0 };
}

/**
 * @param {Shape} shape
 * @returns {Point}
 */
function insidePoint(shape) {
  const [west, north, east, south] = shape.box;
  let best = { x: (west + east) / 2, y: (north + south) / 2 };
  let widest = 0;
  for (const part of [0.5, 0.4, 0.6, 0.3, 0.7]) {
    const y = north + (south - north) * part;
    const crossings = crossingsAt(shape, y);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = crossings[i] ?? 0;
      const to = crossings[i + 1] ?? 0;
      // A line nearer to the middle is kept unless another has clearly more room.
      if (to - from > widest * 1.25) {
        widest = to - from;
        best = { x: (from + to) / 2, y };
      }
    }
  }
  return best;
}

/**
 * @param {Shape} shape
 * @param {number} y
 * @returns {number[]} where the edges cross a horizontal line, in order
 */
function crossingsAt({ rings }, y) {
  const found = [];
  for (const ring of rings) {
    const last = ring.length - 2;
    for (let i = 0, j = last; i <= last; j = i, i += 2) {
      const yi = ring[i + 1] ?? 0;
      const yj = ring[j + 1] ?? 0;
      if (yi > y === yj > y) continue;
      const xi = ring[i] ?? 0;
      const xj = ring[j] ?? 0;
      found.push(((xj - xi) * (y - yi)) / (yj - yi) + xi);
    }
  }
  return found.sort((a, b) => a - b);
}
