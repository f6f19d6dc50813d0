// @ts-check
/** Metres on the ground: lengths and areas of what is drawn, and the strip that a wide line covers. */

/** @typedef {[lon: number, lat: number]} Place degrees */

const EARTH_M = 6_371_008.8;
const DEGREE = Math.PI / 180;

/**
 * Metres east and north of a place, good to a thousandth over a city.
 * @param {Place} place
 * @param {Place} origin
 * @returns {[number, number]}
 */
export function metresFrom([lon, lat], origin) {
  return [(lon - origin[0]) * DEGREE * EARTH_M * Math.cos(origin[1] * DEGREE), (lat - origin[1]) * DEGREE * EARTH_M];
}

/**
 * @param {[number, number]} metres
 * @param {Place} origin
 * @returns {Place}
 */
export function placeAt([east, north], origin) {
  return [origin[0] + east / (DEGREE * EARTH_M * Math.cos(origin[1] * DEGREE)), origin[1] + north / (DEGREE * EARTH_M)];
}

/**
 * @param {Place[]} line
 * @returns {number} metres
 */
export function lengthOf(line) {
  let total = 0;
  for (let i = 1; i < line.length; i++) {
    const [east, north] = metresFrom(/** @type {Place} */ (line[i]), /** @type {Place} */ (line[i - 1]));
    total += Math.hypot(east, north);
  }
  return total;
}

/**
 * @param {Place[]} ring closed or not
 * @returns {number} square metres
 */
export function areaOf(ring) {
  const origin = ring[0];
  if (!origin) return 0;
  const points = ring.map((place) => metresFrom(place, origin));
  let twice = 0;
  points.forEach(([x, y], i) => {
    const [nextX, nextY] = /** @type {[number, number]} */ (points[(i + 1) % points.length]);
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}

/**
 * What a GeoJSON geometry measures: an area in square metres, a line in metres; a point nothing.
 * @param {GeoJSON.Geometry} geometry
 * @returns {{ area: number | null, length: number | null }}
 */
export function measure(geometry) {
  switch (geometry.type) {
    case "Polygon":
      return { area: areaOfRings(/** @type {Place[][]} */ (geometry.coordinates)), length: null };
    case "MultiPolygon": {
      const areas = geometry.coordinates.map((rings) => areaOfRings(/** @type {Place[][]} */ (rings)));
      return { area: areas.reduce((sum, area) => sum + area, 0), length: null };
    }
    case "LineString":
      return { area: null, length: lengthOf(/** @type {Place[]} */ (geometry.coordinates)) };
    case "MultiLineString": {
      const lengths = geometry.coordinates.map((line) => lengthOf(/** @type {Place[]} */ (line)));
      return { area: null, length: lengths.reduce((sum, length) => sum + length, 0) };
    }
    default:
      return { area: null, length: null };
  }
}

/**
 * @param {Place[][]} rings the outline and its holes
 * @returns {number}
 */
function areaOfRings([outline = [], ...holes]) {
  return holes.reduce((area, hole) => area - areaOf(hole), areaOf(outline));
}

/**
 * The ground that a line of a width covers, as one ring: square ends, mitred corners that are cut where they are sharp.
 * @param {Place[]} line
 * @param {number} width metres
 * @returns {Place[]}
 */
export function stripOf(line, width) {
  const origin = line[0];
  if (!origin || line.length < 2) return [];
  const points = line.map((place) => metresFrom(place, origin));
  /** @type {[number, number][]} */
  const left = [];
  /** @type {[number, number][]} */
  const right = [];
  points.forEach((point, i) => {
    const before = normal(points[i - 1], point);
    const after = normal(point, points[i + 1]);
    const [nx, ny] = joint(before ?? after, after ?? before);
    left.push([point[0] + (nx * width) / 2, point[1] + (ny * width) / 2]);
    right.push([point[0] - (nx * width) / 2, point[1] - (ny * width) / 2]);
  });
  return [...left, ...right.reverse()].map((point) => placeAt(point, origin));
}

/** The sharpest corner is drawn no longer than so many half widths. */
const MITRE = 2;

/**
 * @param {[number, number] | undefined} a
 * @param {[number, number] | undefined} b
 * @returns {[number, number] | null} one metre to the left of the way from a to b
 */
function normal(a, b) {
  if (!a || !b) return null;
  const [x, y] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(x, y);
  return length > 0 ? [-y / length, x / length] : null;
}

/**
 * @param {[number, number] | null} before
 * @param {[number, number] | null} after
 * @returns {[number, number]}
 */
function joint(before, after) {
  if (!before || !after) return before ?? after ?? [0, 0];
  const sum = /** @type {[number, number]} */ ([before[0] + after[0], before[1] + after[1]]);
  const length = Math.hypot(...sum);
  if (length < 1e-9) return after;
  const reach = Math.min(2 / length, MITRE);
  return [(sum[0] / length) * reach, (sum[1] / length) * reach];
}

/**
 * Places written as "116.3012, 37.4521", one a line; separators may be commas (full width too), blanks or semicolons.
 * @param {string} text
 * @returns {{ places: Place[], wrong: string | null }} the first line that is none
 */
export function readPlaces(text) {
  /** @type {Place[]} */
  const places = [];
  for (const line of text.split(/[\n;;]+/)) {
    const words = line
      .trim()
      .split(/[\s,,、]+/)
      .filter(Boolean);
    if (!words.length) continue;
    const [lon = Number.NaN, lat = Number.NaN] = words.map(Number);
    const sound = words.length === 2 && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
    if (!sound) return { places, wrong: line.trim() };
    places.push([lon, lat]);
  }
  return { places, wrong: null };
}
