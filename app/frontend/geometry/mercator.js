// @ts-check
/** Web Mercator on the unit square: (0, 0) is the north-west corner of the world, (1, 1) the south-east one. */

/**
 * @param {number} lon degrees
 * @returns {number}
 */
export function unitX(lon) {
  return lon / 360 + 0.5;
}

/**
 * @param {number} lat degrees, between the edges of web Mercator (±85.05)
 * @returns {number}
 */
export function unitY(lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

/**
 * @param {number} x
 * @returns {number} degrees
 */
export function lonOf(x) {
  return (x - 0.5) * 360;
}

/**
 * @param {number} y
 * @returns {number} degrees
 */
export function latOf(y) {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}
