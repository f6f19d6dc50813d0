// @ts-check
/** The map as a picture: tiles and canvases as they lie over one another. */

/**
 * The map as it is seen, as a picture: tiles and canvases as they lie over one another.
 * @param {import("leaflet").Map} map
 * @param {number} ratio of its points to those of the page
 * @returns {HTMLCanvasElement}
 */
export function takePicture(map, ratio) {
  const frame = map.getContainer();
  const box = frame.getBoundingClientRect();
  const own = frame.offsetWidth / (box.width || 1);
  const picture = document.createElement("canvas");
  picture.width = Math.round(frame.offsetWidth * ratio);
  picture.height = Math.round(frame.offsetHeight * ratio);
  const pen = picture.getContext("2d");
  if (!pen) return picture;
  pen.scale(ratio, ratio);
  for (const layer of /** @type {NodeListOf<HTMLCanvasElement | HTMLImageElement>} */ (
    frame.querySelectorAll(".leaflet-tile-pane img, canvas.overlay")
  )) {
    const at = layer.getBoundingClientRect();
    pen.drawImage(layer, (at.left - box.left) * own, (at.top - box.top) * own, at.width * own, at.height * own);
  }
  return picture;
}
