// @ts-check
/** Shapes out of TWKB (Tiny Well-known Binary), straight into unit Mercator. */

import { unitX, unitY } from "./mercator.js";
import { emptyBox } from "./shapes.js";

/** @typedef {import("./shapes.js").Shape} Shape */
/** @typedef {import("./shapes.js").Box} Box */

const POINT = 1;
const LINE = 2;
const POLYGON = 3;
const MULTI_POINT = 4;
const MULTI_LINE = 5;
const MULTI_POLYGON = 6;
const COLLECTION = 7;
const HAS_BOX = 1;
const HAS_SIZE = 2;
const HAS_IDS = 4;
const HAS_MORE = 8;
const IS_EMPTY = 16;

/** @type {Record<number, Shape["kind"]>} */
const KINDS = {
  [POINT]: "point",
  [LINE]: "line",
  [POLYGON]: "polygon",
  [MULTI_POINT]: "point",
  [MULTI_LINE]: "line",
  [MULTI_POLYGON]: "polygon",
};

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
    this.scale = 1;
    // The place the next step starts from, in last digits.
    this.x = 0;
    this.y = 0;
  }

  /** @returns {number} */
  byte() {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new RangeError("the shapes end too early");
    this.at += 1;
    return byte;
  }

  /** @returns {number} */
  unsigned() {
    let number = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      number += (byte & 127) * factor;
      if (byte < 128) return number;
      factor *= 128;
    }
  }

  /** @returns {number} */
  signed() {
    const number = this.unsigned();
    return number % 2 ? -(number + 1) / 2 : number / 2;
  }

  /**
   * @returns {number} the type; what stands before the coordinates is read
   */
  head() {
    const first = this.byte();
    const precision = first >> 4;
    this.scale = 10 ** -(precision % 2 ? -(precision + 1) / 2 : precision / 2);
    const flags = this.byte();
    if (flags & HAS_MORE) throw new RangeError("shapes with heights are not read");
    if (flags & HAS_SIZE) this.unsigned();
    if (flags & IS_EMPTY) return 0;
    if (flags & HAS_BOX) for (let i = 0; i < 4; i += 1) this.signed();
    this.x = 0;
    this.y = 0;
    return (first & 15) + (flags & HAS_IDS ? 16 : 0);
  }

  /**
   * @param {number} count
   * @param {Box} box widened by the points
   * @returns {Float64Array}
   */
  points(count, box) {
    const flat = new Float64Array(count * 2);
    for (let i = 0; i < count; i += 1) {
      this.x += this.signed();
      this.y += this.signed();
      const x = unitX(this.x * this.scale);
      const y = unitY(this.y * this.scale);
      flat[i * 2] = x;
      flat[i * 2 + 1] = y;
      if (x < box[0]) box[0] = x;
      if (y < box[1]) box[1] = y;
      if (x > box[2]) box[2] = x;
      if (y > box[3]) box[3] = y;
    }
    return flat;
  }

  /**
   * @param {number} type
   * @param {Float64Array[]} rings added to
   * @param {Box} box
   */
  single(type, rings, box) {
    if (type === POINT) rings.push(this.points(1, box));
    else if (type === LINE) rings.push(this.points(this.unsigned(), box));
    else for (let count = this.unsigned(); count > 0; count -= 1) rings.push(this.points(this.unsigned(), box));
  }

  /** @returns {number} how many parts follow */
  count(/** @type {boolean} */ withIds) {
    const count = this.unsigned();
    if (withIds) for (let i = 0; i < count; i += 1) this.signed();
    return count;
  }

  /** @returns {Shape | null} one whole geometry */
  shape() {
    const head = this.head();
    const type = head & 15;
    if (type === 0) return null;
    const box = emptyBox();
    /** @type {Float64Array[]} */
    const rings = [];
    if (type <= POLYGON) this.single(type, rings, box);
    else {
      const count = this.count(head > 15);
      for (let i = 0; i < count; i += 1) this.single(type - 3, rings, box);
    }
    return { kind: KINDS[type] ?? "polygon", rings, box };
  }
}

/**
 * The members of a collection (or of a multi-geometry, each of whose parts is one).
 * @param {Uint8Array} bytes
 * @returns {(Shape | null)[]}
 */
export function readShapes(bytes) {
  if (bytes.length === 0) return [];
  const reader = new Reader(bytes);
  const head = reader.head();
  const type = head & 15;
  if (type === 0) return [];
  if (type < MULTI_POINT) return [new Reader(bytes).shape()];
  const count = reader.count(head > 15);
  /** @type {(Shape | null)[]} */
  const shapes = [];
  for (let i = 0; i < count; i += 1) {
    if (type === COLLECTION) {
      shapes.push(reader.shape());
      continue;
    }
    const box = emptyBox();
    /** @type {Float64Array[]} */
    const rings = [];
    reader.single(type - 3, rings, box);
    shapes.push({ kind: KINDS[type] ?? "polygon", rings, box });
  }
  return shapes;
}
