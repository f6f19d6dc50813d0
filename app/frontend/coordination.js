// @ts-check
/** The coordination desk: the chosen pair on the map, pairs chosen without leaving the page, keys for the list and the answers. */

import { AwayError, CityData, MissingError, readText } from "./data.js";
import { byId } from "./dom.js";
import { PairMap } from "./map/pair-map.js";
import { readPage } from "./page.js";
import { dismiss, notify } from "./panels/notices.js";
import { onTheme } from "./panels/theme.js";
import { gettext, setMessages } from "./text.js";

const page = readPage();
setMessages(page.messages);
const panel = byId("pair");
const map = new PairMap(byId("map"), page, new CityData("/api/map"));
/** The newest wish; an older one that comes late is not shown. */
let asking = 0;

/** @returns {HTMLAnchorElement[]} */
function items() {
  return [...document.querySelectorAll("#pairs a")].map((item) => /** @type {HTMLAnchorElement} */ (item));
}

/** @returns {HTMLAnchorElement | undefined} */
function present() {
  return items().find((item) => item.getAttribute("aria-current") === "true");
}

/** Draw the pair that stands in the panel. */
function drawPair() {
  const shapes = panel.querySelector(".pair-shapes")?.textContent;
  if (shapes) map.show(JSON.parse(shapes));
}

/** @param {string} key for example 12-15 */
function mark(key) {
  for (const item of items()) {
    if (item.dataset.pair === key) {
      item.setAttribute("aria-current", "true");
      item.scrollIntoView({ block: "nearest" });
    } else item.removeAttribute("aria-current");
  }
}

/**
 * Put another pair into the panel. Where the server cannot be asked, what is there stays.
 * @param {URL} url
 * @param {boolean} walking whether the reader goes through the browser's history
 */
async function open(url, walking = false) {
  const number = ++asking;
  try {
    const html = await readText(`${url.pathname}/sheet${url.search}`);
    if (number !== asking) return;
    panel.innerHTML = html;
    if (!walking) history.pushState(null, "", url);
    const title = panel.querySelector("#pair-title")?.textContent?.trim() ?? "";
    document.title = `${title} · ${document.title.split(" · ").slice(-2).join(" · ")}`;
    document.body.classList.add("with-pair");
    mark(url.pathname.split("/").pop() ?? "");
    panel.scrollTop = 0;
    map.resized();
    drawPair();
    dismiss("away");
  } catch (error) {
    if (error instanceof MissingError) location.assign(url);
    else if (error instanceof AwayError) {
      notify("away", gettext("The server does not answer."), {
        label: gettext("Try again"),
        act: () => open(url, walking),
      });
    } else throw error;
  }
}

byId("pairs-title")
  .closest("section")
  ?.addEventListener("click", (event) => {
    const item = /** @type {Element} */ (event.target).closest("a.pair-item");
    if (!item || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(new URL(/** @type {HTMLAnchorElement} */ (item).href));
  });

window.addEventListener("popstate", () => {
  if (/\/\d+-\d+$/.test(location.pathname)) open(new URL(location.href), true);
  else location.reload();
});

byId("desk-filters").addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement) event.target.form?.requestSubmit();
});

byId("language").addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  const url = new URL(location.href);
  url.searchParams.set("lang", link.hreflang);
  link.href = url.href;
});

/**
 * The answer that a key means: of the side where the focus is, else of the first side that has still to answer.
 * @param {number} place 1 to 3
 * @returns {HTMLButtonElement | null}
 */
function answerButton(place) {
  const side =
    document.activeElement?.closest(".side") ??
    panel.querySelector('.side[data-settled="no"]') ??
    panel.querySelector(".side");
  return /** @type {HTMLButtonElement | null} */ (side?.querySelectorAll(".answer-buttons button")[place - 1] ?? null);
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, #map")) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const all = items();
    const now = present();
    const next = all[(now ? all.indexOf(now) : -1) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    open(new URL(next.href));
  } else if (["1", "2", "3"].includes(event.key)) {
    const button = answerButton(Number(event.key));
    if (!button) return;
    event.preventDefault();
    button.click();
  }
});

onTheme(() => map.recolour());
present()?.scrollIntoView({ block: "nearest" });
drawPair();
map.readGround().catch((error) => {
  if (!(error instanceof AwayError)) throw error;
  notify("away", gettext("The server does not answer."), { label: gettext("Try again"), act: () => location.reload() });
});
