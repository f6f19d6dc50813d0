// @ts-check
/** The state of the page in one place; panels and map listen to it and never to one another. */

/**
 * @template {object} T
 * @typedef {(state: T, changed: Set<keyof T>) => void} Listener
 */

/**
 * @template {object} T
 */
export class Store {
  /** @param {T} state */
  constructor(state) {
    this.state = state;
    /** @type {Set<Listener<T>>} */
    this.listeners = new Set();
    /** @type {Set<keyof T>} */
    this.changed = new Set();
    this.telling = false;
  }

  /** @param {Listener<T>} listener called after every change with the names of what changed */
  listen(listener) {
    this.listeners.add(listener);
  }

  /** @param {Partial<T>} changes */
  set(changes) {
    for (const name of /** @type {(keyof T)[]} */ (Object.keys(changes))) {
      const value = /** @type {T[keyof T]} */ (changes[name]);
      if (this.state[name] === value) continue;
      this.state[name] = value;
      this.changed.add(name);
    }
    this.tell();
  }

  /** Tell the listeners; what they change themselves is told in a further round, so that all see the same order. */
  tell() {
    if (this.telling) return;
    this.telling = true;
    try {
      while (this.changed.size > 0) {
        const changed = this.changed;
        this.changed = new Set();
        for (const listener of this.listeners) listener(this.state, changed);
      }
    } finally {
      this.telling = false;
    }
  }
}
