// @ts-check
/** Dark or light: as the system has it until somebody chooses; the choice is kept in a cookie, so that the server knows it. */

const SYSTEM = "(prefers-color-scheme: dark)";
const YEAR_S = 365 * 24 * 3600;
/** Told on the document when somebody chose. */
const CHOSEN = "jiantu:theme";

/** Let the page's switches choose. */
export function startThemeSwitches() {
  for (const button of document.querySelectorAll("[data-theme-switch]")) button.addEventListener("click", turn);
}

/** @param {() => void} changed called after the colours are others */
export function onTheme(changed) {
  document.addEventListener(CHOSEN, () => requestAnimationFrame(changed));
  window.matchMedia(SYSTEM).addEventListener("change", () => requestAnimationFrame(changed));
}

function turn() {
  const theme = isDark() ? "light" : "dark";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in the browsers this is for
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
  const sheet = darkSheet();
  if (sheet) sheet.media = theme === "dark" ? "all" : "not all";
  document.dispatchEvent(new Event(CHOSEN));
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
