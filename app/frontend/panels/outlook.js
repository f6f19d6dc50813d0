// @ts-check
/** What a zone would meet if it were saved as it is drawn now: with whom, for how long, where; and how to get out of it. */

import { make } from "../dom.js";
import { formatNumber, formatPeriod } from "../format.js";
import { gettext, ngettext } from "../text.js";

/** @typedef {import("../zoning/ask.js").Forecast} Forecast */
/** @typedef {import("../zoning/ask.js").Pair} Pair */
/** @typedef {import("../zoning/ask.js").Period} Period */
/** @typedef {import("../page.js").Page} Page */

/**
 * @param {HTMLElement} body
 * @param {Forecast} forecast
 * @param {Page} page
 * @param {(pair: Pair) => void} choose
 */
export function showOutlook(body, forecast, page, choose) {
  const { remarks, pairs, watches } = forecast;
  const told = remarks.map(({ level, text }) => make("li", { class: `remark remark-${level}`, text }));
  const found = pairs.map((pair) => {
    const button = make(
      "button",
      { type: "button", class: `meets meets-${pair.severity}`, "data-other": String(pair.other.id) },
      make(
        "span",
        { class: "meets-what" },
        make("b", { text: pair.names.join(" · ") }),
        ` ${pair.other.name}`,
        pair.other.unit ? make("span", { class: "muted", text: ` · ${pair.other.unit}` }) : "",
      ),
      ...pair.sentences.map((sentence) => make("span", { class: "meets-why", text: sentence })),
      make("span", { class: "meets-when muted", text: whenOf(pair, page) }),
    );
    button.addEventListener("click", () => choose(pair));
    return make("li", {}, button);
  });
  const watched = watches.map(({ code, name, sentence }) =>
    make(
      "li",
      { class: "watch" },
      make("b", { text: name }),
      ` ${sentence} `,
      code === "service_window" && page.windows
        ? make("a", { href: page.windows, target: "_blank", text: gettext("Service windows") })
        : "",
    ),
  );
  const refused = remarks.some(({ level }) => level === "refused");
  const heavy = pairs.filter(({ severity }) => severity === "heavy").length;
  const summary = make("p", { class: "outlook-summary" });
  if (pairs.length) {
    summary.append(
      heavy ? make("b", { class: "heavy-count", text: ngettext("%(num)s overlap", "%(num)s overlaps", heavy) }) : "",
      heavy && pairs.length > heavy ? " · " : "",
      pairs.length > heavy ? ngettext("%(num)s notice", "%(num)s notices", pairs.length - heavy) : "",
    );
  } else if (!refused) summary.textContent = gettext("It meets nothing.");
  body.replaceChildren(
    summary,
    ...(told.length ? [make("ul", { class: "remarks" }, ...told)] : []),
    ...(found.length ? [make("ol", { class: "meetings" }, ...found)] : []),
    ...(watched.length ? [make("ul", { class: "watches" }, ...watched)] : []),
  );
}

/**
 * @param {Pair} pair
 * @param {Page} page
 * @returns {string}
 */
function whenOf(pair, page) {
  const words = [];
  if (pair.first_on) words.push(formatPeriod(pair.first_on, pair.last_on, page.language, page.today));
  if (pair.days) words.push(ngettext("%(num)s day", "%(num)s days", pair.days));
  if (pair.area_m2) words.push(`${formatNumber(pair.area_m2)} m²`);
  else if (pair.distance_m) words.push(gettext("%(metres)s m apart", { metres: formatNumber(pair.distance_m, 1) }));
  return words.join(" · ");
}

/**
 * Other days for the zone, as buttons that set them.
 * @param {HTMLElement} box
 * @param {{ needed: boolean, earlier: Period | null, later: Period | null } | null} found
 * @param {Forecast["joinings"]} joinings
 * @param {Page} page
 * @param {(first: string, last: string) => void} take
 */
export function showPeriods(box, found, joinings, page, take) {
  /** @param {string} text @param {{ first_on: string, last_on: string }} period @param {string} name */
  const button = (text, period, name) => {
    const made = make("button", { type: "button", class: "chip", text, "data-period": name });
    made.addEventListener("click", () => take(period.first_on, period.last_on));
    return made;
  };
  const when = (/** @type {{ first_on: string, last_on: string }} */ period) =>
    formatPeriod(period.first_on, period.last_on, page.language, page.today);
  const children = [];
  if (found?.needed) {
    if (found.earlier || found.later) {
      children.push(make("p", { class: "muted", text: gettext("The nearest free periods of the same length:") }));
    }
    if (found.earlier)
      children.push(button(gettext("Earlier: %(when)s", { when: when(found.earlier) }), found.earlier, "earlier"));
    if (found.later)
      children.push(button(gettext("Later: %(when)s", { when: when(found.later) }), found.later, "later"));
    if (page.windows) {
      const text = gettext("inside the service windows");
      children.push(make("a", { class: "muted", href: page.windows, target: "_blank", text }));
    }
    if (!found.earlier && !found.later) {
      children.push(
        make("p", {
          class: "muted",
          text: gettext("There is no free period of this length within a year before or after."),
        }),
      );
    }
  }
  for (const joining of joinings.slice(0, 3)) {
    const values = { name: joining.other.name, metres: formatNumber(joining.saved_m), when: when(joining) };
    const text =
      joining.share === "trench"
        ? gettext("Dig together with %(name)s, %(when)s: saves %(metres)s m of trench", values)
        : gettext("Share one closure with %(name)s, %(when)s: %(metres)s m", values);
    children.push(button(text, joining, "join"));
  }
  box.replaceChildren(...children);
}
