// @ts-check
/** Dark or light: as the system has it until somebody chooses; the choice is kept in a cookie, so that the server knows it. */

import { byId } from "../dom.js";

const SYSTEM = "(prefers-color-scheme: dark)";
const YEAR_S = 365 * 24 * 3600;

/** @param {() => void} changed called after the colours are others */
export function startTheme(changed) {
  const system = window.matchMedia(SYSTEM);
  byId("theme").addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in the browsers this is for
    document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
    const sheet = darkSheet();
    if (sheet) sheet.media = theme === "dark" ? "all" : "not all";
    requestAnimationFrame(changed);
  });
  system.addEventListener("change", () => requestAnimationFrame(changed));
}

/** @returns {HTMLLinkElement | null} */
function darkSheet() {
  return /** @type {HTMLLinkElement | null} */ (document.getElementById("dark"));
}

/** @returns {boolean} */
function isDark() {
  const sheet = darkSheet();
  return sheet !== null && window.matchMedia(sheet.media || "all").matches;
}
