// @ts-check
/** The drawer with what is chosen: a project's or road's sheet as the server wrote it, or a zone. On a phone it rises from below. */

import { AwayError, asOf, MissingError, readText, SignedOutError } from "../data.js";
import { byId, make } from "../dom.js";
import { projectName } from "../filters.js";
import { gettext } from "../text.js";
import { startGrip } from "./grip.js";
import { describeZone } from "./zone.js";

/** @typedef {import("../page.js").PageStore} PageStore */
/** @typedef {import("../page.js").Page} Page */

/**
 * @param {PageStore} store
 * @param {Page} page
 * @param {{ showOnMap: () => void, showBox: (box: [number, number, number, number]) => void, resized: () => void }} map
 */
export function startDrawer(store, page, map) {
  const drawer = byId("drawer");
  const body = byId("drawer-body");
  /** @type {AbortController | null} */
  let asking = null;
  /** What the server already wrote into the page. */
  let present = sheetKey(body.querySelector("article")?.dataset.code ?? null, page.day);

  /** @param {string} code of a project, or name of a road @param {string} day @param {string} path of its sheet */
  const load = async (code, day, path) => {
    const key = sheetKey(code, day);
    asking?.abort();
    if (key === present) return;
    asking = new AbortController();
    const { signal } = asking;
    const same = body.querySelector("article")?.dataset.code === code;
    if (!same) {
      present = "";
      body.replaceChildren(placeholder(store, code, page.language));
      if (drawer.contains(document.activeElement)) focusTitle();
    }
    try {
      const query = `day=${day}&lang=${page.language}`;
      const html = await readText(asOf(`${path}?${query}`, page.moment), signal);
      const open = new Set(
        [...body.querySelectorAll("details[open] > summary")].map((one) => one.firstChild?.textContent),
      );
      // What is replaced takes the focus with it.
      const held = body.contains(document.activeElement);
      body.innerHTML = html;
      if (same) reopen(body, open);
      else body.scrollTop = 0;
      present = key;
      if (held) focusTitle();
    } catch (error) {
      if (error instanceof DOMException) return;
      present = "";
      body.replaceChildren(trouble(error, code, () => load(code, day, path)));
    }
  };

  store.listen((state, changed) => {
    if (!["project", "zone", "road", "day"].some((name) => changed.has(/** @type {any} */ (name)))) return;
    const open = state.project !== null || state.zone !== null || state.road !== null;
    const was = !drawer.hidden;
    drawer.hidden = !open;
    document.body.classList.toggle("with-sheet", open);
    if (open !== was) map.resized();
    byId("drawer-zoom").hidden = state.zone !== null;
    if (state.project) {
      load(state.project, state.day, page.paths.sheet.replace("CODE", encodeURIComponent(state.project)));
    } else if (state.road) {
      load(state.road, state.day, page.paths.sheetOfRoad.replace("NAME", encodeURIComponent(state.road)));
    } else if (state.zone) {
      present = "";
      body.replaceChildren(describeZone(state.zone, state.day, page));
    } else {
      asking?.abort();
      present = "";
      body.replaceChildren();
    }
  });

  byId("drawer-close").addEventListener("click", () => store.set({ project: null, zone: null, road: null }));
  byId("drawer-zoom").addEventListener("click", map.showOnMap);
  body.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-show-bbox]");
    if (button instanceof HTMLElement) map.showBox(JSON.parse(button.dataset.showBbox ?? "[]"));
    const link = /** @type {HTMLElement} */ (event.target).closest("a[data-code]");
    if (link instanceof HTMLElement) {
      event.preventDefault();
      store.set({ project: link.dataset.code ?? null, zone: null, road: null });
    }
  });
  startGrip(drawer, byId("drawer-grip"), 1);
}

/** Put the reader at the head of the sheet. */
export function focusTitle() {
  const title = document.getElementById("sheet-title");
  title?.focus({ preventScroll: true });
}

/**
 * @param {string | null} code
 * @param {string} day
 * @returns {string}
 */
function sheetKey(code, day) {
  return code ? `${code} ${day}` : "";
}

/**
 * What stands in the drawer while the sheet comes: the name, which is known, and the place of the rest.
 * @param {PageStore} store
 * @param {string} code
 * @param {string} language
 * @returns {HTMLElement}
 */
function placeholder({ state }, code, language) {
  const project = state.projects.find((one) => one.code === code);
  const name = project ? projectName(project, language) : code;
  return make(
    "article",
    { class: "sheet waiting", "aria-busy": "true" },
    make("p", { class: "sheet-code" }, make("span", { class: "code", text: code })),
    make("h2", { id: "sheet-title", tabindex: "-1", text: name }),
    ...["block-short", "block-line", "block-figures", "block-curve", "block-line", "block-line"].map((kind) =>
      make("div", { class: `block ${kind}` }),
    ),
  );
}

/**
 * @param {unknown} error
 * @param {string} code
 * @param {() => void} again
 * @returns {HTMLElement}
 */
function trouble(error, code, again) {
  const missing = error instanceof MissingError;
  const text = missing
    ? gettext("There is no project with the code %(code)s.", { code })
    : error instanceof SignedOutError
      ? gettext("Nobody is signed in, or the session has ended. Sign in and try again.")
      : error instanceof AwayError
        ? gettext("The server does not answer; the project could not be read.")
        : String(error);
  const article = make(
    "article",
    { class: "sheet" },
    make("h2", { id: "sheet-title", tabindex: "-1", text: code }),
    make("p", { class: "empty", text }),
  );
  if (!missing) {
    const button = make("button", { type: "button", class: "chip", text: gettext("Try again") });
    button.addEventListener("click", again);
    article.append(button);
  }
  return article;
}

/**
 * Open those folds again that were open.
 * @param {HTMLElement} body
 * @param {Set<string | null | undefined>} open
 */
function reopen(body, open) {
  for (const fold of body.querySelectorAll("details")) {
    fold.open = open.has(fold.querySelector("summary")?.firstChild?.textContent);
  }
}
