// @ts-check
/** Files to import: first shapes over the base map, and how far an import is while it runs. */

import { CityData } from "./data.js";
import { LookMap } from "./map/look-map.js";
import { readPage } from "./page.js";
import { gettext, setMessages } from "./text.js";

const page = /** @type {import("./page.js").Page & { shapes: GeoJSON.FeatureCollection[] }} */ (readPage());
setMessages(page.messages);

const container = document.getElementById("map");
if (container) {
  const map = new LookMap(container, page, new CityData("/api/map"));
  /** @param {number} place */
  const show = (place) => {
    const shapes = page.shapes[place];
    if (shapes) map.show(shapes);
  };
  show(page.shapes.findIndex(({ features }) => features.length > 0));
  void map.readGround();
  for (const choice of document.querySelectorAll('input[name="preview"]')) {
    choice.addEventListener("change", () => {
      const place = Number(/** @type {HTMLInputElement} */ (choice).value);
      show(place);
      const list = document.getElementById("shape-crs");
      if (list instanceof HTMLSelectElement) list.selectedIndex = place;
    });
  }
  for (const button of document.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => show(Number(/** @type {HTMLElement} */ (button).dataset.show)));
  }
}

/** What the server says while it imports. @typedef {{ what?: string, done?: number, of?: number, address?: string, refusal?: string }} Said */

/**
 * Import, and show how far it is.
 * @param {string} address
 * @param {FormData} body
 */
async function run(address, body) {
  const line = document.getElementById("import-progress");
  const bar = line?.querySelector("progress");
  const words = line?.querySelector("span");
  if (!line || !bar || !words) return;
  line.hidden = false;
  words.textContent = gettext("Reading");
  try {
    const answer = await fetch(address, { method: "POST", headers: { "X-Part": "1" }, body });
    if (!answer.ok || !answer.body) throw new Error(answer.statusText);
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const text of lines) {
        /** @type {Said} */
        const said = JSON.parse(text);
        if (said.address) {
          window.location.assign(said.address);
          return;
        }
        if (said.refusal) words.textContent = said.refusal;
        else words.textContent = `${said.what ?? ""} ${said.done ?? ""}${said.of ? ` / ${said.of}` : ""}`;
        if (said.of) {
          bar.max = said.of;
          bar.value = said.done ?? 0;
        }
      }
      if (done) return;
    }
  } catch {
    words.textContent = gettext("The server did not answer. Look among the imports whether it was done.");
  }
}

const form = document.getElementById("import");
if (form instanceof HTMLFormElement) {
  form.addEventListener("submit", (event) => {
    const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (!pressed || !("import" in pressed.dataset)) return;
    event.preventDefault();
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    void run(pressed.hasAttribute("formaction") ? pressed.formAction : form.action, new FormData(form)).then(() => {
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    });
  });
}
