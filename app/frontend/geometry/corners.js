// @ts-check
/** An area as the corners that stand in a form: `116.28,37.44 116.31,37.44 …`, or a box by its four sides. */

const DIGITS = 5;

/**
 * @param {GeoJSON.Geometry} geometry a polygon; of several the first, without holes
 * @returns {string}
 */
export function writeCorners(geometry) {
  if (geometry.type !== "Polygon") return "";
  const ring = geometry.coordinates[0] ?? [];
  return ring
    .slice(0, -1)
    .map(([lon = 0, lat = 0]) => `${lon.toFixed(DIGITS)},${lat.toFixed(DIGITS)}`)
    .join(" ");
}

/**
 * @param {string} text
 * @returns {GeoJSON.Polygon | null} null when it is no area
 */
export function readCorners(text) {
  const plain = text
    .replaceAll("，", ",")
    .replaceAll(/[;；\s]+/g, " ")
    .trim();
  const words = plain ? plain.split(" ") : [];
  const numbers = words.map((word) => word.split(",").map(Number));
  if (numbers.some((row) => row.some((number) => !Number.isFinite(number)))) return null;
  const [only] = numbers;
  if (numbers.length === 1 && only?.length === 4) {
    const [west = 0, south = 0, east = 0, north = 0] = only;
    if (west >= east || south >= north) return null;
    return polygon([
      [west, south],
      [east, south],
      [east, north],
      [west, north],
    ]);
  }
  if (numbers.length < 3 || numbers.some((row) => row.length !== 2)) return null;
  return polygon(numbers);
}

/**
 * @param {number[][]} corners
 * @returns {GeoJSON.Polygon}
 */
function polygon(corners) {
  return { type: "Polygon", coordinates: [[...corners, corners[0] ?? []]] };
}
