// @ts-check
/** Keeping up with the server: looks for news while the page is seen, and says when it cannot. */

import { SignedOutError } from "./data.js";
import { dismiss, notify, sayEnded } from "./panels/notices.js";
import { gettext, ngettext } from "./text.js";

const EVERY_MS = 60_000;

/**
 * Keep looking for what has changed since `data.seen`.
 * @param {import("./data.js").CityData} data
 * @param {{ changed: (news: { layers: string[], lamps: boolean }) => void, heard: () => void }} options
 *   heard: called whenever the server answered, after `changed`
 */
export function watch(data, { changed, heard }) {
  let lastHeard = Date.now();
  const look = async () => {
    if (document.visibilityState === "hidden") return;
    try {
      const news = await data.news();
      lastHeard = Date.now();
      dismiss("stale");
      if (news.lamps || news.layers.length) changed(news);
      heard();
    } catch (error) {
      if (error instanceof SignedOutError) {
        sayEnded("stale");
        return;
      }
      const minutes = Math.round((Date.now() - lastHeard) / 60_000);
      const age = ngettext("What is shown is %(num)s minute old.", "What is shown is %(num)s minutes old.", minutes);
      notify("stale", `${gettext("The server does not answer.")} ${age}`, { label: gettext("Try again"), act: look });
    }
  };
  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
  window.addEventListener("offline", look);
}
