// @ts-check
/** How Chinese names are spelled in pinyin, from what the server says of each character. */

/** @typedef {(name: string) => [pinyin: string, initials: string]} Spell */

/**
 * @param {{ characters: string, others: Record<string, [string, string]> }} spelling
 *   characters: each Chinese character followed by its reading; others: names that are read otherwise
 * @returns {Spell}
 */
export function makeSpeller({ characters, others }) {
  /** @type {Map<string, string>} */
  const readings = new Map();
  for (const [, character = "", reading = ""] of characters.matchAll(/([^a-z])([a-z]+)/gu)) {
    readings.set(character, reading);
  }
  return (name) => {
    const known = others[name];
    if (known) return known;
    let pinyin = "";
    let initials = "";
    for (const character of name) {
      const reading = readings.get(character) ?? character.toLowerCase();
      pinyin += reading;
      initials += reading.charAt(0);
    }
    return [pinyin, initials];
  };
}
