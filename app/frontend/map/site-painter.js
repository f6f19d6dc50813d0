// @ts-check
/** How sites are drawn: rings of clusters, symbols, from zoom 14 on their real footprints, and the marks around them. */

import { unitX, unitY } from "../geometry/mercator.js";
import { Room } from "../geometry/room.js";
import { isHollow, isRuled, isSuspended } from "../lamps.js";
import { hatch } from "./patterns.js";
import { isInView, trace, write } from "./pen.js";
import { FOOTPRINTS_FROM, symbolSize } from "./sites.js";
import { drawChange, drawRing, drawSeal, drawSymbol } from "./symbols.js";

/** @typedef {import("./overlay.js").Frame} Frame */
/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {import("./symbols.js").Forms} Forms */
/** @typedef {import("./sites.js").Sites} Sites */
/** @typedef {import("./sites.js").Site} Site */

const NAMES_FROM = 15.5;

/**
 * Draw the sites that are in view.
 * @param {Frame} frame
 * @param {Sites} sites
 * @param {Palette} palette
 * @param {Forms} forms
 */
export function paintSites(frame, sites, palette, forms) {
  const { ctx, zoom, scale, left, top } = frame;
  ctx.clearRect(0, 0, frame.width, frame.height);
  if (zoom >= FOOTPRINTS_FROM) paintFootprints(frame, sites, palette);
  const room = new Room();
  /** @type {{ name: string, x: number, y: number }[]} */
  const names = [];
  for (const { geometry, properties } of sites.find(frame.box, zoom)) {
    const x = unitX(geometry.coordinates[0] ?? 0) * scale - left;
    const y = unitY(geometry.coordinates[1] ?? 0) * scale - top;
    if ("cluster" in properties && properties.cluster) {
      const count = properties.point_count;
      drawRing(ctx, palette, { counts: properties, count, x, y, radius: sites.ringRadius(properties) }, sites.kinds);
      continue;
    }
    const status = sites.statuses[properties.site];
    const site = sites.all.get(properties.site);
    if (!status || !site) continue;
    const size = sites.symbolSize(site, zoom);
    drawSymbol(ctx, forms, palette, { lamp: status[0], x, y, size, hollow: isHollow(status) });
    if (isRuled(status)) drawSeal(ctx, palette, { x: x + size / 2, y: y + size / 2 });
    if (status[4]) drawChange(ctx, palette, status[4], { x: x + size / 2, y: y - size / 2 });
    room.take([x - size / 2, y - size / 2, x + size / 2, y + size / 2]);
    names.unshift({ name: site.name, x, y: y + size / 2 + 10 });
  }
  if (zoom < NAMES_FROM) return;
  ctx.font = `500 12px ${palette.font}`;
  for (const { name, x, y } of names) {
    const width = ctx.measureText(name).width;
    if (!room.take([x - width / 2 - 4, y - 8, x + width / 2 + 4, y + 8])) continue;
    write(ctx, name, x, y, { fill: palette.ink, halo: palette.halo, width: 4 });
  }
}

/**
 * @param {Frame} frame
 * @param {Sites} sites
 * @param {Palette} palette
 */
function paintFootprints(frame, sites, palette) {
  const { ctx } = frame;
  ctx.lineJoin = "round";
  for (const lamp of [...sites.kinds].reverse()) {
    const colour = palette.lamp[lamp] ?? palette.grey;
    const stripes = hatch(ctx, colour, { apart: 8, width: 2.5 });
    for (const id of sites.shown) {
      const status = sites.statuses[id];
      const site = sites.all.get(id);
      if (!site || !status || status[0] !== lamp || !isInView(frame, site.box, 4)) continue;
      ctx.beginPath();
      for (const shape of site.shapes) trace(frame, shape);
      if (site.shapes.some((shape) => shape.kind === "polygon")) {
        ctx.globalAlpha = isSuspended(status) ? 0.9 : 0.42;
        ctx.fillStyle = isSuspended(status) ? stripes : colour;
        if (!isHollow(status)) ctx.fill("evenodd");
        ctx.globalAlpha = 1;
      }
      ctx.strokeStyle = palette.outline;
      ctx.lineWidth = 3.5;
      ctx.setLineDash(isHollow(status) ? [7, 5] : []);
      ctx.stroke();
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.75;
      ctx.stroke();
    }
  }
  ctx.setLineDash([]);
}

/**
 * Mark sites from below: what is drawn on them stays as it is and gets a wide edge.
 * @param {Frame} frame
 * @param {Iterable<Site>} sites
 * @param {Palette} palette
 * @param {number} width
 */
export function paintMarks(frame, sites, palette, width) {
  const { ctx, zoom, scale, left, top } = frame;
  ctx.lineJoin = "round";
  for (const site of sites) {
    if (!isInView(frame, site.box, 40)) continue;
    const edges = /** @type {[string, number][]} */ ([
      [palette.halo, 2],
      [palette.chosen, 0],
    ]);
    for (const [colour, more] of edges) {
      ctx.strokeStyle = colour;
      if (zoom >= FOOTPRINTS_FROM) {
        ctx.beginPath();
        for (const shape of site.shapes) trace(frame, shape);
        ctx.lineWidth = 3.5 + 2 * (width + more);
        ctx.stroke();
      }
      ctx.beginPath();
      ctx.arc(site.x * scale - left, site.y * scale - top, symbolSize(zoom) / 2 + 3.5 + width / 2, 0, 2 * Math.PI);
      ctx.lineWidth = width + more;
      ctx.stroke();
    }
  }
}
