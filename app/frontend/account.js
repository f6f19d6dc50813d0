// @ts-check
/** Whose page this is: what a browser keeps of somebody's work is bound to the account, for a phone may be passed on. */

import { dropDrafts, findWaiting } from "./forms/drafts.js";

/** The number of the account that is signed in, as text; empty when nobody is. */
export const account =
  /** @type {HTMLElement | null} */ (document.querySelector("[data-account]"))?.dataset.account ?? "";

const ZONE_DRAFTS = "zone-draft:";

/**
 * The name under which a drawn zone is kept here for whoever is signed in.
 * @param {string | number} zone
 * @returns {string}
 */
export function zoneDraftName(zone) {
  return `${ZONE_DRAFTS}${account}:${zone}`;
}

/** Take away all that this browser keeps of the account's unsaved work. */
async function forgetWork() {
  await dropDrafts(account);
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(`${ZONE_DRAFTS}${account}:`)) localStorage.removeItem(name);
  }
}

/** Whoever signs out leaves nothing behind; what was sent and did not get through yet is asked for first. */
export function startSignOut() {
  const form = document.getElementById("sign-out");
  if (!(form instanceof HTMLFormElement)) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const waiting = await findWaiting(account).catch(() => []);
    if (waiting.length && !window.confirm(form.dataset.confirm)) return;
    await forgetWork().catch(() => undefined);
    form.submit();
  });
}
