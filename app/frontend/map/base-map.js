// @ts-check
/** Base maps from elsewhere: tiles by address or out of a PMTiles file, moved where their coordinates are shifted. */

import gcoord from "gcoord";
import L from "leaflet";
import { PMTiles } from "pmtiles";

/**
 * @typedef {object} BaseMap
 * @property {string} code
 * @property {string} name
 * @property {string[]} tiles addresses with {z}, {x}, {y} and perhaps {s}, the lowest first
 * @property {string} [servers] what may stand for {s}, a character each
 * @property {string} [archive] address of a PMTiles file of pictures, instead of tiles
 * @property {boolean} shifted its coordinates are GCJ-02
 * @property {string} attribution
 * @property {string} approval approval number of the map (审图号)
 * @property {number} closest the highest zoom it has tiles for
 */

/** @typedef {L.GridLayer & { _map: L.Map, _levels: Record<string, any>, _setZoomTransforms: (center: L.LatLng, zoom: number) => void }} GridInside */

const grid = /** @type {any} */ (L.GridLayer.prototype);

/**
 * Where a place stands on a map in GCJ-02.
 * @param {L.LatLng} place WGS84
 * @returns {L.LatLng}
 */
export function shift({ lat, lng }) {
  const [lon, north] = gcoord.transform([lng, lat], gcoord.WGS84, gcoord.GCJ02);
  return L.latLng(north ?? lat, lon ?? lng);
}

/**
 * Lay tiles in GCJ-02 so that the middle of the view fits exactly; away from it the shift differs by less than a pixel.
 */
const SHIFTED = {
  /** @this {GridInside} @param {L.LatLng} center */
  _getTiledPixelBounds(center) {
    return grid._getTiledPixelBounds.call(this, shift(center));
  },
  /** @this {GridInside} @param {any} level @param {L.LatLng} center @param {number} zoom */
  _setZoomTransform(level, center, zoom) {
    return grid._setZoomTransform.call(this, level, shift(center), zoom);
  },
  /** @this {GridInside} */
  _onMoveEnd() {
    grid._onMoveEnd.call(this);
    // After a drag the middle is another one, and so is its shift.
    if (this._map) this._setZoomTransforms(this._map.getCenter(), this._map.getZoom());
  },
};

const Tiles = L.TileLayer;
const ShiftedTiles = L.TileLayer.extend(SHIFTED);

/** Pictures out of a PMTiles file, each read by a range of bytes. */
const ARCHIVE = {
  /** @this {GridInside & { archive: PMTiles }} @param {L.Coords} coords @param {L.DoneCallback} done */
  createTile(coords, done) {
    const tile = document.createElement("img");
    tile.alt = "";
    this.archive
      .getZxy(coords.z, coords.x, coords.y)
      .then((found) => {
        if (!found) {
          done(undefined, tile);
          return;
        }
        const address = URL.createObjectURL(new Blob([found.data]));
        tile.addEventListener("load", () => {
          URL.revokeObjectURL(address);
          done(undefined, tile);
        });
        tile.src = address;
      })
      .catch((error) => done(error, tile));
    return tile;
  },
};
const ArchiveTiles = L.GridLayer.extend(ARCHIVE);
const ShiftedArchiveTiles = L.GridLayer.extend({ ...SHIFTED, ...ARCHIVE });

/**
 * @param {BaseMap} base
 * @returns {L.GridLayer[]} the lowest first
 */
export function makeTiles(base) {
  /** @type {L.TileLayerOptions} */
  const options = {
    maxNativeZoom: base.closest,
    maxZoom: 22,
    // Tiles from elsewhere may be put into a picture only when they were asked for in this way.
    crossOrigin: "anonymous",
    className: "base-tiles",
    ...(base.servers ? { subdomains: base.servers } : {}),
  };
  if (base.archive) {
    const made = new /** @type {any} */ (base.shifted ? ShiftedArchiveTiles : ArchiveTiles)(options);
    made.archive = new PMTiles(new URL(base.archive, location.href).href);
    return [made];
  }
  return base.tiles.map((address) => new /** @type {any} */ (base.shifted ? ShiftedTiles : Tiles)(address, options));
}

/**
 * Lay tiles from elsewhere under everything, in place of those that lay there.
 * @param {L.Map} map
 * @param {L.GridLayer[]} before what lies there
 * @param {BaseMap | null} base null for none
 * @param {() => void} failed called when a tile does not come
 * @returns {L.GridLayer[]} what lies there now
 */
export function layTiles(map, before, base, failed) {
  for (const layer of before) layer.remove();
  const tiles = base ? makeTiles(base) : [];
  for (const layer of tiles) layer.on("tileerror", failed).addTo(map);
  return tiles;
}
