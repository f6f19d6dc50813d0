// @ts-check
/** What lies under the pointer, in two lines. */

import { formatPeriod } from "../format.js";
import { lampWord, stageWord } from "../lamps.js";
import { gettext, ngettext } from "../text.js";
import { layerWord } from "../words.js";

/** @typedef {import("./sites.js").ClusterHit | import("./sites.js").SiteHit | import("./zones.js").ZoneHit} Hit */

/**
 * @param {Hit} hit
 * @param {import("./sites.js").Sites} sites
 * @param {import("../page.js").Page} page
 * @returns {{ lamp?: string, title: string, about: string }}
 */
export function describeHit(hit, sites, { language, today }) {
  if (hit.kind === "cluster") {
    return { title: ngettext("%(num)s site", "%(num)s sites", hit.count), about: gettext("Click to come closer") };
  }
  if (hit.kind === "site") {
    const status = sites.statuses[hit.site.id];
    const title = (language === "en" && hit.site.name_en) || hit.site.name;
    if (!status) return { title, about: "" };
    return { lamp: status[0], title, about: `${lampWord(status[0])} · ${stageWord(status[1])}` };
  }
  const { name, first_on, last_on } = hit.feature.properties;
  const about = `${layerWord(hit.layer)} · ${formatPeriod(first_on, last_on, language, today)}`;
  return { title: name || layerWord(hit.layer), about };
}
