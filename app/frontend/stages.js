// @ts-check
/** The stages of the public's map: four forms in one hue that deepens, the one to be seen first at the head. */

/** @type {readonly string[]} */
export const STAGES = ["under_construction", "not_started", "completed", "in_use"];

/**
 * The form under which a stage is drawn: production counts as use.
 * @param {string} stage
 * @returns {string}
 */
export function stageForm(stage) {
  return stage === "in_production" || stage === "at_capacity" ? "in_use" : stage;
}
