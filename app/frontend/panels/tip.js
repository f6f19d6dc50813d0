// @ts-check
/** The small card beside the pointer: what would be chosen by a click. */

import { lampPicture, make } from "../dom.js";

/**
 * @param {HTMLElement} frame that holds the map
 * @returns {{ show: (at: { x: number, y: number }, lines: { lamp?: string, title: string, about: string }) => void, hide: () => void }}
 */
export function startTip(frame) {
  const tip = make("div", { class: "tip", "aria-hidden": "true", hidden: true });
  frame.append(tip);
  return {
    show(at, { lamp, title, about }) {
      const head = make("p", { class: "tip-title" }, title);
      if (lamp) head.prepend(lampPicture(lamp));
      tip.replaceChildren(head);
      if (about) tip.append(make("p", { class: "tip-about", text: about }));
      tip.hidden = false;
      const { width, height } = frame.getBoundingClientRect();
      const x = Math.min(at.x + 14, width - tip.offsetWidth - 8);
      const y = at.y + 18 + tip.offsetHeight > height ? at.y - tip.offsetHeight - 10 : at.y + 18;
      tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
    },
    hide() {
      tip.hidden = true;
    },
  };
}
