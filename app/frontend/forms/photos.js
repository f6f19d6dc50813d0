// @ts-check
/** The photos of a report: taken with the camera or chosen, seen small before they are sent, taken away again. */

import { make } from "../dom.js";
import { gettext } from "../text.js";

const MOST = 9;
const LARGEST = 25_000_000;

/**
 * @param {HTMLFormElement} form
 * @param {File[]} [kept] photos that a page before this one had
 * @returns {() => File[]} the photos as they are now
 */
export function startPhotos(form, kept = []) {
  const list = form.querySelector("#photo-list");
  const chooser = /** @type {HTMLInputElement | null} */ (form.querySelector("#photos"));
  const camera = /** @type {HTMLInputElement | null} */ (form.querySelector("#camera"));
  const error = /** @type {HTMLElement | null} */ (form.querySelector("#error-photos"));
  /** @type {File[]} */
  let photos = [];
  if (!list || !chooser || !camera || !error) return () => photos;

  const say = (/** @type {string} */ words) => {
    error.textContent = words;
    error.hidden = words === "";
  };
  const draw = () => {
    list.replaceChildren(
      ...photos.map((photo) => {
        const image = make("canvas", { role: "img", "aria-label": photo.name, width: "96", height: "72" });
        paint(image, photo);
        const away = make("button", {
          type: "button",
          class: "text-button",
          text: gettext("Remove"),
          "aria-label": gettext("Remove the photo %(name)s", { name: photo.name }),
        });
        away.addEventListener("click", () => {
          photos = photos.filter((one) => one !== photo);
          draw();
          form.dispatchEvent(new Event("photos"));
        });
        return make("li", {}, image, away);
      }),
    );
  };
  const add = (/** @type {File[]} */ some) => {
    say("");
    for (const photo of some) {
      if (photos.length >= MOST) say(gettext("At most %(num)s photos at a time.", { num: MOST }));
      else if (photo.size > LARGEST) say(gettext("The photo “%(name)s” is larger than 25 MB.", { name: photo.name }));
      else photos.push(photo);
    }
    draw();
    form.dispatchEvent(new Event("photos"));
  };
  for (const input of [chooser, camera]) {
    input.addEventListener("change", () => {
      add([...(input.files ?? [])]);
      input.value = "";
    });
  }
  form.addEventListener("add-photos", (event) => add(/** @type {CustomEvent} */ (event).detail));
  if (kept.length) add(kept);
  startHere(form);
  return () => photos;
}

/**
 * Draw a photo small; what is no photo stays an empty frame, and the server will say so.
 * @param {HTMLCanvasElement} canvas
 * @param {File} photo
 */
async function paint(canvas, photo) {
  const picture = await createImageBitmap(photo, { resizeWidth: 192, resizeQuality: "medium" }).catch(() => null);
  if (!picture) return;
  const { width, height } = canvas;
  const scale = Math.max(width / picture.width, height / picture.height);
  const [wide, high] = [picture.width * scale, picture.height * scale];
  canvas.getContext("2d")?.drawImage(picture, (width - wide) / 2, (height - high) / 2, wide, high);
  picture.close();
}

/**
 * The person's own position, for photos that carry none.
 * @param {HTMLFormElement} form
 */
function startHere(form) {
  const button = /** @type {HTMLButtonElement | null} */ (form.querySelector("#here"));
  if (!button || !("geolocation" in navigator) || !window.isSecureContext) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const set = (/** @type {string} */ name, /** @type {number} */ value) => {
          const field = /** @type {HTMLInputElement | null} */ (form.querySelector(`input[name="${name}"]`));
          if (field) field.value = value.toFixed(6);
        };
        set("longitude", coords.longitude);
        set("latitude", coords.latitude);
        button.textContent = gettext("Position added (within %(num)s m)", { num: Math.round(coords.accuracy) });
        button.setAttribute("aria-pressed", "true");
      },
      () => {
        button.textContent = gettext("The position could not be read");
      },
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  });
}
