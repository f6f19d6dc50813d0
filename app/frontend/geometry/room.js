// @ts-check
/** Room for names: boxes on the screen that do not overlap. */

/** Side of a cell of the grid in pixels: about the width of a name. */
const CELL = 96;

/** @typedef {[left: number, top: number, right: number, bottom: number]} Rect in pixels */

/** The boxes already taken, found through a coarse grid. */
export class Room {
  constructor() {
    /** @type {Map<string, Rect[]>} */
    this.cells = new Map();
  }

  /**
   * Take a box if it is free.
   * @param {Rect} rect
   * @returns {boolean} false when something is already there
   */
  take(rect) {
    const keys = cellsOf(rect);
    for (const key of keys) {
      for (const taken of this.cells.get(key) ?? []) if (overlap(taken, rect)) return false;
    }
    for (const key of keys) {
      const cell = this.cells.get(key);
      if (cell) cell.push(rect);
      else this.cells.set(key, [rect]);
    }
    return true;
  }
}

/**
 * The upright box around a turned one.
 * @param {number} x middle
 * @param {number} y middle
 * @param {number} width
 * @param {number} height
 * @param {number} angle
 * @returns {Rect}
 */
export function turnedRect(x, y, width, height, angle) {
  const cos = Math.abs(Math.cos(angle));
  const sin = Math.abs(Math.sin(angle));
  const w = (width * cos + height * sin) / 2;
  const h = (width * sin + height * cos) / 2;
  return [x - w, y - h, x + w, y + h];
}

/**
 * @param {Rect} a
 * @param {Rect} b
 * @returns {boolean}
 */
function overlap(a, b) {
  return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
}

/**
 * @param {Rect} rect
 * @returns {string[]}
 */
function cellsOf([left, top, right, bottom]) {
  const keys = [];
  for (let i = Math.floor(left / CELL); i <= Math.floor(right / CELL); i += 1) {
    for (let j = Math.floor(top / CELL); j <= Math.floor(bottom / CELL); j += 1) keys.push(`${i},${j}`);
  }
  return keys;
}
