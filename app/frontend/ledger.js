// @ts-check
/** The ledger's pages: forms that check themselves and lose nothing, photos, the list's search, sendings that wait. */

import { account } from "./account.js";
import { findWaiting } from "./forms/drafts.js";
import { startPhotos } from "./forms/photos.js";
import { startForm } from "./forms/sending.js";
import { notify } from "./panels/notices.js";
import { gettext, setMessages } from "./text.js";

const page = JSON.parse(document.getElementById("page")?.textContent ?? "{}");
setMessages(page.messages ?? {});
document.documentElement.classList.add("with-script");

/** @param {File[]} [kept] */
function start(kept = []) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-draft]"));
  if (form && page.rules) startForm(form, page.rules, startPhotos(form, kept));
}
document.addEventListener("replaced", (event) => start(/** @type {CustomEvent} */ (event).detail));
start();

const find = /** @type {HTMLInputElement | null} */ (document.getElementById("find"));
find?.addEventListener("input", () => {
  const wanted = find.value.trim().toLowerCase();
  for (const item of document.querySelectorAll(".ledger-item")) {
    const words = /** @type {HTMLElement} */ (item).dataset.find ?? "";
    item.toggleAttribute("hidden", !words.toLowerCase().includes(wanted));
  }
});
find?.form?.addEventListener("submit", (event) => event.preventDefault());

// What was sent elsewhere and did not get through is one touch away.
findWaiting(account)
  .then((waiting) => {
    const other = waiting.find((draft) => draft.action !== location.pathname + location.search);
    if (!other) return;
    notify("waiting", gettext("A form could not be sent and is kept on this device."), {
      label: gettext("Open it"),
      act: () => location.assign(other.action),
    });
  })
  .catch(() => undefined);
