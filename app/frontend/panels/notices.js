// @ts-check
/** Notices at the lower edge: what could not be read, how old what is shown is, and what to do. */

import { byId, make } from "../dom.js";
import { gettext } from "../text.js";

/** @type {Map<string, HTMLElement>} */
const shown = new Map();

/**
 * Show a notice, or change the one with the same name.
 * @param {string} name
 * @param {string} text
 * @param {{ label: string, act: () => void }} [action]
 */
export function notify(name, text, action) {
  dismiss(name);
  const notice = make("p", { class: "notice" }, make("span", { text }));
  if (action) {
    const button = make("button", { type: "button", class: "text-button", text: action.label });
    button.addEventListener("click", action.act);
    notice.append(button);
  }
  const close = make("button", { type: "button", class: "text-button", text: gettext("Dismiss") });
  close.addEventListener("click", () => dismiss(name));
  notice.append(close);
  shown.set(name, notice);
  byId("notices").append(notice);
}

/**
 * Say that the session has ended. What is on the page stays there; signing in leads back to it.
 * @param {string} name of the notice in whose place it stands
 */
export function sayEnded(name) {
  notify(name, gettext("Nobody is signed in, or the session has ended. Sign in and try again."), {
    label: gettext("Sign in"),
    act: () => location.reload(),
  });
}

/** @param {string} name */
export function dismiss(name) {
  shown.get(name)?.remove();
  shown.delete(name);
}
