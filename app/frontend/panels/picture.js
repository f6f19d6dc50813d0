// @ts-check
/** The present view as a file: a picture made here, or a sheet for the wall that the server makes. */

import { byId } from "../dom.js";
import { formatDay, formatFullDay } from "../format.js";
import { LAMPS, lampWord } from "../lamps.js";
import { drawCaption } from "../map/caption.js";
import { readPalette } from "../map/palette.js";
import { readForms } from "../map/symbols.js";
import { gettext } from "../text.js";
import { dismiss, notify } from "./notices.js";

/** @typedef {import("../page.js").Page} Page */
/** @typedef {import("../page.js").PageStore} PageStore */

/** Twice as many points as the page has, so that the picture can be printed. */
const RATIO = 2;

/**
 * @param {PageStore} store
 * @param {Page} page
 * @param {import("../map/command-map.js").CommandMap} map
 * @param {() => string} address of the present view
 */
export function startPicture(store, page, map, address) {
  byId("picture").addEventListener("click", async () => {
    try {
      const picture = takePicture(store, page, map);
      const blob = await new Promise((give) => picture.toBlob(give, "image/png"));
      if (!(blob instanceof Blob)) throw new Error("no picture");
      save(blob, `${page.city.name} ${store.state.day}${momentOf(page)}.png`);
    } catch {
      notify("picture", gettext("This base map does not allow pictures. Choose the built-in one and try again."));
    }
  });
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-poster]"))) {
    button.addEventListener("click", () => askPoster(button.dataset.poster ?? "A3"));
  }

  /** @param {string} size A0, A1 or A3 */
  async function askPoster(size) {
    const [west, south, east, north] = map.extent();
    const query = new URLSearchParams(address().split("?")[1] ?? "");
    query.delete("at");
    query.set("size", size);
    query.set("lang", page.language);
    query.set("day", store.state.day);
    query.set("layers", store.state.layers.join(","));
    query.set("box", [west, south, east, north].map((degrees) => degrees.toFixed(6)).join(","));
    dismiss("poster");
    notify("poster", gettext("The %(size)s sheet is being made; this takes some seconds.", { size }));
    try {
      const response = await fetch(`${page.paths.poster}?${query}`);
      if (!response.ok) throw new Error(String(response.status));
      save(await response.blob(), `${page.city.name} ${store.state.day}${momentOf(page)} ${size}.pdf`);
      dismiss("poster");
    } catch {
      notify("poster", gettext("The sheet could not be made."), {
        label: gettext("Try again"),
        act: () => askPoster(size),
      });
    }
  }
}

/**
 * The moment of the records that are shown, as names of files have it; empty for the present.
 * @param {Page} page
 */
function momentOf(page) {
  return page.moment ? ` ${page.moment.slice(0, 16).replace("T", " ").replace(":", "")}` : "";
}

/**
 * @param {PageStore} store
 * @param {Page} page
 * @param {import("../map/command-map.js").CommandMap} map
 * @returns {HTMLCanvasElement}
 */
function takePicture(store, page, map) {
  const { board, day, base } = store.state;
  const picture = map.takePicture(RATIO);
  const pen = picture.getContext("2d");
  if (!pen || !board) return picture;
  pen.setTransform(RATIO, 0, 0, RATIO, 0, 0);
  const ahead = day > page.today ? ` · ${gettext("forecast")}` : "";
  const at = page.moment?.slice(0, 16).replace("T", " ") ?? "";
  const recorded = gettext("as recorded at %(moment)s", { moment: at });
  const found = page.bases.find((one) => one.code === base);
  drawCaption(pen, readPalette(document.documentElement), readForms(document), {
    width: picture.width / RATIO,
    height: picture.height / RATIO,
    title: `${page.city.name} ${gettext("Construction map")}`,
    day: formatFullDay(day, page.language) + ahead + (at ? ` · ${recorded}` : ""),
    lamps: LAMPS.map((lamp) => ({ lamp, word: lampWord(lamp), count: board.site_counts[lamp] ?? 0 })),
    scale: document.getElementById("scale"),
    foot: [
      page.unit,
      gettext("printed %(day)s", { day: formatDay(page.today, page.language) }),
      ...(found ? [found.attribution, found.approval] : []),
    ]
      .filter(Boolean)
      .join(" · "),
  });
  return picture;
}

/**
 * @param {Blob} blob
 * @param {string} name of the file
 */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
