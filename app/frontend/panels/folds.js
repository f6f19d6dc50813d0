// @ts-check
/** The bar's folds (menu, account): native folds that close by Escape, by a choice, or when something else is pressed. */

/** @param {HTMLDetailsElement} fold */
export function closeByItself(fold) {
  const close = () => {
    fold.open = false;
  };
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (fold.open && (!fold.contains(target) || target.closest("a, button"))) close();
  });
  fold.addEventListener("focusout", (event) => {
    const next = /** @type {Node | null} */ (event.relatedTarget);
    if (next && !fold.contains(next)) close();
  });
  fold.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fold.open) return;
    event.stopPropagation();
    close();
    fold.querySelector("summary")?.focus();
  });
}
