// @ts-check
/** The plan of a road or an area: its works on the map under the numbers that chart and table give them. */

import { AwayError, CityData } from "./data.js";
import { byId } from "./dom.js";
import { readCorners } from "./geometry/corners.js";
import { readShape } from "./geometry/shapes.js";
import { PairMap } from "./map/pair-map.js";
import { isInView, trace } from "./map/pen.js";
import { paintRoad } from "./map/road-painter.js";
import { readPage } from "./page.js";
import { notify } from "./panels/notices.js";
import { onTheme } from "./panels/theme.js";
import { gettext, setMessages } from "./text.js";

/** @typedef {{ road: string | null, area: string, extent: [number, number, number, number] | null }} PlanOnPage */

const page = /** @type {import("./page.js").Page & PlanOnPage} */ (readPage());
setMessages(page.messages);
const drawn = readCorners(page.area);
const area = drawn && readShape(drawn);

class PlanMap extends PairMap {
  /** The place itself: a haul route that passes there crosses half the city. */
  goHome() {
    if (page.extent) this.map.showExtent(page.extent, false);
  }

  /** @param {import("./map/overlay.js").Frame} frame */
  paintPlace(frame) {
    const { ctx } = frame;
    if (page.road) paintRoad(frame, this.ground.roads, page.road, this.palette);
    if (!area || !isInView(frame, area.box, 12)) return;
    ctx.beginPath();
    trace(frame, area);
    ctx.strokeStyle = this.palette.chosen;
    ctx.lineWidth = 2;
    ctx.setLineDash([6, 4]);
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

const map = new PlanMap(byId("map"), page, new CityData("/api/map"), { badges: "numbers" });
map.show(JSON.parse(byId("shapes").textContent ?? "{}"));
map.goHome();
onTheme(() => map.recolour());
map.readGround().catch((error) => {
  if (!(error instanceof AwayError)) throw error;
  notify("away", gettext("The server does not answer."), {
    label: gettext("Try again"),
    act: () => location.reload(),
  });
});
