// @ts-check
/** What is drawn, with every step that led there, so that it can be undone and done again. */

/**
 * @typedef {object} Part
 * @property {number} key the same for as long as the shape is on the page
 * @property {string} role
 * @property {string | null} mode
 * @property {string | null} name
 * @property {number | null} width_m
 * @property {string | null} first_on
 * @property {string | null} last_on
 * @property {GeoJSON.Geometry} geometry
 */

const MOST_STEPS = 200;

export class History {
  constructor() {
    /** @type {readonly Part[][]} */
    this.steps = [[]];
    this.place = 0;
    this.keys = 0;
  }

  /** @returns {readonly Part[]} */
  get parts() {
    return this.steps[this.place] ?? [];
  }

  get canUndo() {
    return this.place > 0;
  }

  get canRedo() {
    return this.place < this.steps.length - 1;
  }

  /**
   * Begin anew with these parts; there is nothing to undo.
   * @param {Omit<Part, "key">[]} parts
   */
  reset(parts) {
    this.steps = [parts.map((part) => ({ ...part, key: ++this.keys }))];
    this.place = 0;
  }

  /** @param {Part[]} parts */
  commit(parts) {
    const kept = this.steps.slice(Math.max(0, this.place + 1 - MOST_STEPS + 1), this.place + 1);
    this.steps = [...kept, parts];
    this.place = this.steps.length - 1;
  }

  /**
   * @param {Partial<Part> & { geometry: GeoJSON.Geometry, role: string }} part
   * @returns {Part}
   */
  add(part) {
    const whole = {
      mode: null,
      name: null,
      width_m: null,
      first_on: null,
      last_on: null,
      ...part,
      key: ++this.keys,
    };
    this.commit([...this.parts, whole]);
    return whole;
  }

  /**
   * @param {number} key
   * @param {Partial<Part>} change
   */
  change(key, change) {
    this.commit(this.parts.map((part) => (part.key === key ? { ...part, ...change } : part)));
  }

  /** @param {number} key */
  remove(key) {
    this.commit(this.parts.filter((part) => part.key !== key));
  }

  /**
   * Put several shapes in the place of one; they take over what was said of it.
   * @param {number} key
   * @param {GeoJSON.Geometry[]} pieces
   */
  replace(key, pieces) {
    this.commit(
      this.parts.flatMap((part) =>
        part.key === key ? pieces.map((geometry) => ({ ...part, geometry, key: ++this.keys })) : [part],
      ),
    );
  }

  undo() {
    if (this.canUndo) this.place--;
  }

  redo() {
    if (this.canRedo) this.place++;
  }
}
