// @ts-check
/** Shapes as the map library draws them. */

import L from "leaflet";

/** @typedef {L.Polygon | L.Polyline | L.CircleMarker} Drawn */

export const POINT_PX = 9;
const DECIMALS = 7;

/**
 * @param {GeoJSON.Geometry} geometry
 * @param {string} className
 * @returns {Drawn}
 */
export function layerOf(geometry, className) {
  if (geometry.type === "Point") {
    const [lon = 0, lat = 0] = geometry.coordinates;
    return L.circleMarker([lat, lon], { radius: POINT_PX, className });
  }
  const depth = { LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 }[
    /** @type {"LineString"} */ (geometry.type)
  ];
  const { coordinates } = /** @type {GeoJSON.LineString} */ (geometry);
  const latlngs = /** @type {any} */ (L.GeoJSON.coordsToLatLngs(coordinates, depth));
  if (geometry.type.endsWith("Polygon")) return L.polygon(latlngs, { className });
  return /** @type {L.Polyline} */ (L.polyline(latlngs, { className }));
}

/**
 * @param {Drawn} layer
 * @returns {GeoJSON.Geometry}
 */
export function geometryOf(layer) {
  return /** @type {GeoJSON.Geometry} */ (layer.toGeoJSON(DECIMALS).geometry);
}

/**
 * @param {GeoJSON.Geometry} geometry
 * @returns {number}
 */
export function countPlaces(geometry) {
  if (!("coordinates" in geometry)) return 0;
  return geometry.coordinates.flat(3).length / 2;
}
