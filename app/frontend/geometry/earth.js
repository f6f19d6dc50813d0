// @ts-check
/** Lengths and areas on the earth, on the ellipsoid as surveyors measure them. */

/** WGS84. */
const A = 6_378_137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
/** Radius of the sphere with the ellipsoid's area. */
const R = 6_371_007.2;

/** @typedef {{ lat: number, lon: number }} Place degrees */

const radians = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;

/**
 * The shortest way between two places on the ellipsoid, by Vincenty's inverse formula: right to a millimetre.
 * @param {Place} from
 * @param {Place} to
 * @returns {number} metres
 */
export function distance(from, to) {
  const along = radians(to.lon - from.lon);
  const u1 = Math.atan((1 - F) * Math.tan(radians(from.lat)));
  const u2 = Math.atan((1 - F) * Math.tan(radians(to.lat)));
  const [sin1, cos1, sin2, cos2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = along;
  for (let round = 0; round < 100; round += 1) {
    const sinLambda = Math.sin(lambda);
    const cosLambda = Math.cos(lambda);
    const sinSigma = Math.hypot(cos2 * sinLambda, cos1 * sin2 - sin1 * cos2 * cosLambda);
    if (sinSigma === 0) return 0;
    const cosSigma = sin1 * sin2 + cos1 * cos2 * cosLambda;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cos1 * cos2 * sinLambda) / sinSigma;
    const cosSqAlpha = 1 - sinAlpha ** 2;
    const cos2m = cosSqAlpha === 0 ? 0 : cosSigma - (2 * sin1 * sin2) / cosSqAlpha;
    const c = (F / 16) * cosSqAlpha * (4 + F * (4 - 3 * cosSqAlpha));
    const before = lambda;
    lambda = along + (1 - c) * F * sinAlpha * (sigma + c * sinSigma * (cos2m + c * cosSigma * (2 * cos2m ** 2 - 1)));
    if (Math.abs(lambda - before) > 1e-12) continue;
    const uSq = (cosSqAlpha * (A ** 2 - B ** 2)) / B ** 2;
    const a = 1 + (uSq / 16384) * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq)));
    const b = (uSq / 1024) * (256 + uSq * (-128 + uSq * (74 - 47 * uSq)));
    const deltaSigma =
      b *
      sinSigma *
      (cos2m +
        (b / 4) * (cosSigma * (2 * cos2m ** 2 - 1) - (b / 6) * cos2m * (4 * sinSigma ** 2 - 3) * (4 * cos2m ** 2 - 3)));
    return B * a * (sigma - deltaSigma);
  }
  return Number.NaN;
}

/**
 * @param {Place[]} places
 * @returns {number} metres along a line
 */
export function length(places) {
  let sum = 0;
  places.forEach((place, index) => {
    const before = places[index - 1];
    if (before) sum += distance(before, place);
  });
  return sum;
}

/**
 * The latitude on the sphere of equal area that holds as much ground below it as the ellipsoid does.
 * @param {number} lat degrees
 * @returns {number} its sine
 */
function authalicSine(lat) {
  const e2 = F * (2 - F);
  const e = Math.sqrt(e2);
  const q = (/** @type {number} */ sine) =>
    (1 - e2) * (sine / (1 - e2 * sine ** 2) - Math.log((1 - e * sine) / (1 + e * sine)) / (2 * e));
  return q(Math.sin(radians(lat))) / q(1);
}

/**
 * The ground inside a ring, whose edges are straight between longitude and equal-area latitude: exact to a part in a
 * million for what fits on a city's map.
 * @param {Place[]} places
 * @returns {number} square metres
 */
export function area(places) {
  let sum = 0;
  places.forEach((place, index) => {
    const next = places[(index + 1) % places.length] ?? place;
    sum += radians(next.lon - place.lon) * (authalicSine(next.lat) + authalicSine(place.lat));
  });
  return Math.abs((sum * R ** 2) / 2);
}
