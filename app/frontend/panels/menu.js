// @ts-check
/** The menu of files and further pages: a native fold that closes by Escape, by a choice, or when something else is pressed. */

import { byId } from "../dom.js";

/** Give the menu its ways to close. */
export function startMenu() {
  const menu = /** @type {HTMLDetailsElement} */ (byId("menu"));
  const close = () => {
    menu.open = false;
  };
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (menu.open && (!menu.contains(target) || target.closest("a, button"))) close();
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    close();
    menu.querySelector("summary")?.focus();
  });
}
