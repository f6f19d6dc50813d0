// @ts-check
/** The moment at which the whole map is looked at: chosen here, and left again. Either is another page, in the same view. */

import { byId } from "../dom.js";

/** @param {() => string} address of the present view */
export function startMoment(address) {
  /** @param {string} moment empty for now */
  const at = (moment) => {
    const url = new URL(address(), location.href);
    // The day shown is told from the day that it was then.
    if (moment) url.searchParams.set("as_of", moment);
    else url.searchParams.delete("as_of");
    return url.href;
  };
  byId("moment-form").addEventListener("submit", (event) => {
    event.preventDefault();
    /** @type {HTMLInputElement} */
    const field = byId("moment");
    location.assign(at(field.value));
  });
  document.getElementById("moment-now")?.addEventListener("click", (event) => {
    /** @type {HTMLAnchorElement} */ (event.currentTarget).href = at("");
  });
}
