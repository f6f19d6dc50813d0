// @ts-check
/** The page of one zone: its shapes on a small map. All else on it works without scripts. */

import { AwayError, CityData } from "./data.js";
import { byId } from "./dom.js";
import { PairMap } from "./map/pair-map.js";
import { readPage } from "./page.js";
import { onTheme } from "./panels/theme.js";
import { setMessages } from "./text.js";

const page = /** @type {import("./page.js").Page & { shapes: GeoJSON.FeatureCollection }} */ (readPage());
setMessages(page.messages);
const map = new PairMap(byId("map"), page, new CityData("/api/map"), { badges: null });
map.show(page.shapes);
onTheme(() => map.recolour());
map.readGround().catch((error) => {
  if (!(error instanceof AwayError)) throw error;
});
