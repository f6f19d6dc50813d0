// @ts-check
/** The dig plan: how long a search still may take, and how many works are ticked. */

import { gettext, setMessages } from "./text.js";

/** @type {{ messages: Record<string, string>, searchSeconds: number }} */
const page = JSON.parse(document.getElementById("page")?.textContent ?? "{}");
setMessages(page.messages);

const search = /** @type {HTMLFormElement | null} */ (document.getElementById("search"));
const searching = document.getElementById("searching");
const progress = /** @type {HTMLProgressElement | null} */ (document.getElementById("search-progress"));

search?.addEventListener("submit", () => {
  const button = search.querySelector("button");
  // After the form has been sent: a button that is off sends nothing.
  setTimeout(() => {
    if (button) button.disabled = true;
  });
  if (searching) searching.hidden = false;
  const began = Date.now();
  setInterval(() => {
    if (progress) progress.value = Math.min(99, (Date.now() - began) / 10 / page.searchSeconds);
  }, 200);
});

const all = /** @type {HTMLInputElement | null} */ (document.getElementById("tick-all"));
const ticked = document.getElementById("ticked");
const boxes = [...document.querySelectorAll('input[name="dig"]')].map((box) => /** @type {HTMLInputElement} */ (box));

function count() {
  const number = boxes.filter((box) => box.checked).length;
  if (ticked) ticked.textContent = number ? gettext("%(num)s ticked").replace("%(num)s", String(number)) : "";
  if (all) {
    all.checked = number > 0 && number === boxes.length;
    all.indeterminate = number > 0 && number < boxes.length;
  }
}

all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  count();
});
for (const box of boxes) box.addEventListener("change", count);
count();
