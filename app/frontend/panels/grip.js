// @ts-check
/** The grip of a sheet that rises from below. */

const HEIGHTS = ["third", "two-thirds", "full"];
/** A drag shorter than this many pixels is a tap. */
const TAP = 6;

/**
 * On a phone the grip moves a sheet between a third, two thirds and the whole screen, by a drag or by a tap.
 * @param {HTMLElement} drawer the sheet
 * @param {HTMLElement} grip
 * @param {number} first which of the heights it has in the beginning
 * @returns {(index: number) => void} gives it another of them
 */
export function startGrip(drawer, grip, first) {
  let startY = 0;
  let startHeight = 0;
  const current = () =>
    Math.max(
      0,
      HEIGHTS.findIndex((height) => drawer.classList.contains(height)),
    );
  const set = (/** @type {number} */ index) => {
    for (const height of HEIGHTS) drawer.classList.toggle(height, height === HEIGHTS[index]);
    document.body.classList.toggle("sheet-full", HEIGHTS[index] === "full");
  };
  set(first);
  grip.addEventListener("pointerdown", (event) => {
    startY = event.clientY;
    startHeight = drawer.getBoundingClientRect().height;
    grip.setPointerCapture(event.pointerId);
    drawer.classList.add("dragged");
  });
  grip.addEventListener("pointermove", (event) => {
    if (!drawer.classList.contains("dragged")) return;
    drawer.style.height = `${startHeight + startY - event.clientY}px`;
  });
  grip.addEventListener("pointerup", (event) => {
    drawer.classList.remove("dragged");
    drawer.style.height = "";
    const moved = startY - event.clientY;
    if (Math.abs(moved) < TAP) return;
    const part = (startHeight + moved) / window.innerHeight;
    set(part > 0.8 ? 2 : part > 0.45 ? 1 : 0);
  });
  grip.addEventListener("pointercancel", () => {
    drawer.classList.remove("dragged");
    drawer.style.height = "";
  });
  grip.addEventListener("click", (event) => {
    // A drag ends in a click as well; only a tap or a key moves on to the next height.
    if (event.detail === 0 || Math.abs(event.clientY - startY) < TAP) set((current() + 1) % HEIGHTS.length);
  });
  return set;
}
