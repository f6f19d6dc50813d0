// @ts-check
/** The scale bar: a round length in metres or kilometres. */

/** @typedef {import("./city-map.js").CityMap} CityMap */

const WIDEST = 96;

/**
 * The longest round length (1, 2 or 5 times a power of ten) that fits.
 * @param {number} metres
 * @returns {number}
 */
export function roundLength(metres) {
  const power = 10 ** Math.floor(Math.log10(metres));
  const digit = metres / power;
  return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

/** @param {CityMap} map */
export function startScale(map) {
  const bar = document.getElementById("scale");
  if (!bar) return;
  const show = () => {
    const metres = map.metresPerPixel();
    const length = roundLength(metres * WIDEST);
    bar.style.width = `${Math.round(length / metres)}px`;
    bar.textContent = length >= 1000 ? `${length / 1000} km` : `${length} m`;
  };
  map.onMove(show);
  show();
}
