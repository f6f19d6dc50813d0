// @ts-check
/** What is found instead of drawn: places by words and by numbers, and the works that a zone belongs with. */

import { byId, make } from "../dom.js";
import { formatNumber } from "../format.js";
import { readPlaces } from "../geometry/measure.js";
import { gettext } from "../text.js";

/** @typedef {import("../geometry/measure.js").Place} Place */
/**
 * @typedef {object} Finding
 * @property {import("./ask.js").ZoneServer} server
 * @property {import("../map/drawing.js").DrawingMap} map
 * @property {number | null} zone the one that is edited, which is not linked with itself
 * @property {Record<string, string>} kinds names of the kinds of zones
 * @property {(geometry: GeoJSON.Geometry) => void} add a place was taken
 * @property {import("./form.js").ZoneForm["addLink"]} link
 * @property {(error: unknown) => void} tellError
 */

/** @param {Finding} finding */
export function startFinding(finding) {
  byId("place").addEventListener("click", () => findPlaces(finding));
  byId("words").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    findPlaces(finding);
  });
  byId("add-coordinates").addEventListener("click", () => {
    const kind = /** @type {HTMLSelectElement} */ (byId("coordinates-kind")).value;
    const { places, wrong } = readPlaces(/** @type {HTMLTextAreaElement} */ (byId("coordinates")).value);
    const least = { polygon: 3, line: 2, point: 1 }[kind] ?? 1;
    const told = byId("coordinates-error");
    told.hidden = wrong === null && places.length >= least;
    if (wrong !== null) {
      told.textContent = gettext("“%(line)s” is no pair of longitude and latitude, such as 116.3012, 37.4521.", {
        line: wrong,
      });
    } else if (places.length < least) {
      told.textContent = gettext("This shape needs at least %(least)s vertices.", { least });
    }
    if (!told.hidden) return;
    const first = /** @type {Place} */ (places[0]);
    /** @type {GeoJSON.Geometry} */
    const geometry =
      kind === "polygon"
        ? { type: "Polygon", coordinates: [[...places, first]] }
        : kind === "line"
          ? { type: "LineString", coordinates: places }
          : { type: "Point", coordinates: first };
    /** @type {HTMLTextAreaElement} */ (byId("coordinates")).value = "";
    finding.add(geometry);
    finding.map.showGeometry(geometry);
  });
  byId("link-words").addEventListener("input", async (event) => {
    event.stopPropagation();
    const words = /** @type {HTMLInputElement} */ (event.target).value.trim();
    const list = byId("linkable");
    if (words.length < 2) {
      list.replaceChildren();
      return;
    }
    try {
      const { zones } = await finding.server.linkable(words);
      list.replaceChildren(
        ...zones
          .filter(({ id }) => id !== finding.zone)
          .slice(0, 8)
          .map((other) => {
            const button = make(
              "button",
              { type: "button", class: "place" },
              make("span", { text: other.name }),
              make("span", { class: "muted", text: ` ${finding.kinds[other.kind] ?? ""} ${other.code}` }),
            );
            button.addEventListener("click", () => {
              list.replaceChildren();
              finding.link(other);
            });
            return make("li", {}, button);
          }),
      );
    } catch (error) {
      finding.tellError(error);
    }
  });
}

/** @param {Finding} finding */
async function findPlaces({ server, map, add, tellError }) {
  const words = /** @type {HTMLInputElement} */ (byId("words")).value.trim();
  const list = byId("places");
  if (!words) return;
  try {
    const { places } = await server.places(words);
    if (!places.length) {
      list.replaceChildren(
        make("li", {
          class: "empty",
          text: gettext("No road of that name is known. Write it as 东风路(湖滨大道至迎宾大街段)北侧."),
        }),
      );
      return;
    }
    list.replaceChildren(
      ...places.map(({ geometry, confidence, how }, i) => {
        const button = make(
          "button",
          { type: "button", class: "place", "data-place": String(i) },
          make("span", { text: how }),
          make("span", { class: "muted", text: ` ${formatNumber(confidence * 100)}%` }),
        );
        button.addEventListener("click", () => {
          map.showPreview(null);
          list.replaceChildren();
          add(geometry);
          map.showGeometry(geometry);
        });
        const look = () => map.showPreview(geometry);
        button.addEventListener("focus", look);
        button.addEventListener("pointerenter", look);
        return make("li", {}, button);
      }),
    );
    const first = places[0];
    if (first) {
      map.showPreview(first.geometry);
      map.showGeometry(first.geometry);
    }
  } catch (error) {
    tellError(error);
  }
}
