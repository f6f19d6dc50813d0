// @ts-check
/** What a picture of the map says of itself: city, day, legend with counts, scale, whose it is. */

import { drawSymbol } from "./symbols.js";

/** @typedef {import("../lamps.js").Lamp} Lamp */
/**
 * @typedef {object} Caption
 * @property {number} width of the picture in its own pixels
 * @property {number} height
 * @property {string} title
 * @property {string} day
 * @property {{ lamp: Lamp, word: string, count: number }[]} lamps
 * @property {HTMLElement | null} scale the scale bar of the page
 * @property {string} foot
 */

const EDGE = 16;

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {import("./palette.js").Palette} palette
 * @param {import("./symbols.js").Forms} forms
 * @param {Caption} caption
 */
export function drawCaption(pen, palette, forms, { width, height, title, day, lamps, scale, foot }) {
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.font = `600 20px ${palette.font}`;
  const titleWidth = pen.measureText(title).width;
  pen.font = `400 14px ${palette.font}`;
  const wide = Math.max(titleWidth, pen.measureText(day).width);
  card(pen, palette, EDGE, EDGE, wide + 32, 68);
  pen.fillStyle = palette.ink;
  pen.fillText(day, EDGE + 16, EDGE + 50);
  pen.font = `600 20px ${palette.font}`;
  pen.fillText(title, EDGE + 16, EDGE + 24);

  pen.font = `400 14px ${palette.font}`;
  const words = lamps.map(({ word, count }) => `${word} ${count}`);
  const legendWidth = Math.max(...words.map((word) => pen.measureText(word).width)) + 56;
  const top = height - EDGE - 32 - lamps.length * 24 - 16;
  card(pen, palette, EDGE, top, legendWidth, lamps.length * 24 + 16);
  lamps.forEach(({ lamp }, index) => {
    const y = top + 20 + index * 24;
    drawSymbol(pen, forms, palette, { lamp, x: EDGE + 20, y, size: 15, hollow: false });
    pen.fillStyle = palette.ink;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.font = `400 14px ${palette.font}`;
    pen.fillText(words[index] ?? "", EDGE + 40, y);
  });

  pen.font = `400 12px ${palette.font}`;
  const footWidth = pen.measureText(foot).width;
  card(pen, palette, EDGE, height - EDGE - 24, footWidth + 24, 24);
  pen.fillStyle = palette.ink;
  pen.fillText(foot, EDGE + 12, height - EDGE - 12);
  const bar = scale?.offsetWidth ?? 0;
  if (!scale || !bar) return;
  const x = width - EDGE - bar;
  const y = height - EDGE - 4;
  pen.strokeStyle = palette.ink;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.moveTo(x, y - 6);
  pen.lineTo(x, y);
  pen.lineTo(x + bar, y);
  pen.lineTo(x + bar, y - 6);
  pen.stroke();
  pen.textAlign = "center";
  pen.fillText(scale.textContent ?? "", x + bar / 2, y - 14);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {import("./palette.js").Palette} palette
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function card(pen, palette, x, y, width, height) {
  pen.save();
  pen.globalAlpha = 0.92;
  pen.fillStyle = palette.centre;
  pen.fillRect(x, y, width, height);
  pen.restore();
}
