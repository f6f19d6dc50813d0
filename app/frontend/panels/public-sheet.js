// @ts-check
/** The public's sheet: at home the search and what is here; a project, diversion or utility work when one is chosen. */

import { AwayError, MissingError, readText } from "../data.js";
import { byId, make } from "../dom.js";
import { formatDay } from "../format.js";
import { gettext } from "../text.js";
import { startGrip } from "./grip.js";

/** @typedef {import("../public.js").PublicPage} PublicPage */
/** @typedef {import("../public.js").PublicStore} PublicStore */

const THIRD = 0;
const TWO_THIRDS = 1;

/**
 * @param {PublicStore} store
 * @param {PublicPage} page
 */
export function startPublicSheet(store, page) {
  const sheet = byId("sheet");
  const home = byId("sheet-home");
  const detail = byId("sheet-detail");
  const tools = byId("sheet-tools");
  const setHeight = startGrip(sheet, byId("sheet-grip"), THIRD);
  /** @type {AbortController | null} */
  let asking = null;
  /** Where the reader was before. @type {HTMLElement | null} */
  let returnTo = null;

  const load = async (/** @type {string} */ path, /** @type {string} */ code) => {
    asking?.abort();
    asking = new AbortController();
    detail.replaceChildren(
      ...["block-short", "block-line", "block-figures"].map((kind) => make("div", { class: `block ${kind}` })),
    );
    try {
      detail.innerHTML = await readText(path.replace("CODE", encodeURIComponent(code)), asking.signal);
      detail.scrollTop = 0;
      const codes = [...detail.querySelectorAll("[data-closure]")].map(
        (one) => /** @type {HTMLElement} */ (one).dataset.closure ?? "",
      );
      store.set({ around: codes });
    } catch (error) {
      if (error instanceof DOMException) return;
      detail.replaceChildren(trouble(error, () => load(path, code)));
    }
    focusTitle();
  };

  store.listen(({ site, closure, utility }, changed) => {
    if (!changed.has("site") && !changed.has("closure") && !changed.has("utility")) return;
    const open = site !== null || closure !== null || utility !== null;
    if (open && detail.hidden && document.activeElement instanceof HTMLElement) returnTo = document.activeElement;
    home.hidden = open;
    detail.hidden = !open;
    tools.hidden = !open;
    if (open) setHeight(TWO_THIRDS);
    if (site) load(page.paths.site, site);
    else if (closure) load(page.paths.closure, closure);
    else if (utility) {
      asking?.abort();
      detail.replaceChildren(describeUtility(utility, page));
      store.set({ around: [] });
      focusTitle();
    } else {
      asking?.abort();
      detail.replaceChildren();
      store.set({ around: [] });
      setHeight(THIRD);
      if (returnTo?.isConnected) returnTo.focus();
      returnTo = null;
    }
  });

  byId("sheet-back").addEventListener("click", () => store.set({ site: null, closure: null, utility: null }));
  detail.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { closure, siteLink, showSite, showClosure } = link.dataset;
    if (!closure && !siteLink && !showSite && !showClosure) return;
    event.preventDefault();
    if (closure) store.set({ closure, site: null, utility: null });
    else if (siteLink) store.set({ site: siteLink, closure: null, utility: null });
    else setHeight(THIRD);
  });
}

function focusTitle() {
  document.getElementById("sheet-title")?.focus({ preventScroll: true });
}

/**
 * @param {Record<string, any>} utility
 * @param {PublicPage} page
 * @returns {HTMLElement}
 */
function describeUtility(utility, { codes, language, today }) {
  const name = codes.utility?.[utility.utility] ?? utility.utility;
  const article = make(
    "article",
    { class: "sheet public-sheet" },
    make("h1", {
      class: "sheet-title",
      id: "sheet-title",
      tabindex: "-1",
      text: gettext("Work on %(utility)s lines", { utility: name }),
    }),
  );
  const outages = utility.outages ?? [];
  article.append(
    make("p", {
      class: "sheet-state",
      text: outages.length ? gettext("Announced outages") : gettext("No outage is announced."),
    }),
  );
  for (const outage of outages) {
    const day = formatDay(outage.starts_at.slice(0, 10), language, today);
    const last = formatDay(outage.ends_at.slice(0, 10), language, today);
    const until = day === last ? outage.ends_at.slice(11) : `${last} ${outage.ends_at.slice(11)}`;
    article.append(
      make(
        "p",
        { class: "outage" },
        make("b", { text: `${day} ${outage.starts_at.slice(11)} – ${until}` }),
        make("br"),
        (language === "en" && outage.area_en) || outage.area,
      ),
    );
  }
  return article;
}

/**
 * @param {unknown} error
 * @param {() => void} again
 * @returns {HTMLElement}
 */
function trouble(error, again) {
  const text =
    error instanceof MissingError
      ? gettext("This is not on the public map (any more).")
      : error instanceof AwayError
        ? gettext("The server does not answer.")
        : String(error);
  const button = make("button", { type: "button", class: "chip", text: gettext("Try again") });
  button.addEventListener("click", again);
  return make("div", {}, make("p", { class: "empty", id: "sheet-title", tabindex: "-1", text }), button);
}
