// @ts-check
/** The colours of the map, read from the style sheet: the one place where colours are written down. */

const NAMES = {
  paper: "--map-paper",
  built: "--map-built",
  green: "--map-green",
  water: "--map-water",
  road: "--map-road",
  roadEdge: "--map-road-edge",
  railway: "--map-railway",
  district: "--map-district",
  name: "--map-name",
  waterName: "--map-water-name",
  halo: "--map-halo",
  ink: "--ink",
  outline: "--lamp-outline",
  centre: "--card",
  red: "--lamp-red",
  yellow: "--lamp-yellow",
  greenLamp: "--lamp-green",
  grey: "--lamp-grey",
  blue: "--lamp-blue",
  paused: "--lamp-paused",
  relocation: "--zone-relocation",
  closure: "--zone-closure",
  closureStripe: "--zone-closure-stripe",
  detour: "--zone-detour",
  haul: "--zone-haul",
  control: "--zone-control",
  event: "--zone-event",
  overlap: "--zone-overlap",
  chosen: "--chosen",
  stageNotStarted: "--stage-not-started",
  stageUnderConstruction: "--stage-under-construction",
  stageCompleted: "--stage-completed",
  stageInUse: "--stage-in-use",
  font: "--font",
};

/** @typedef {Record<keyof typeof NAMES, string> & { lamp: Record<string, string> }} Palette `lamp` has the stages, too */

/**
 * @param {Element} root
 * @returns {Palette}
 */
export function readPalette(root) {
  const style = getComputedStyle(root);
  const entries = Object.entries(NAMES).map(([name, property]) => [name, style.getPropertyValue(property).trim()]);
  const palette = /** @type {Palette} */ (Object.fromEntries(entries));
  palette.lamp = {
    red: palette.red,
    yellow: palette.yellow,
    green: palette.greenLamp,
    grey: palette.grey,
    blue: palette.blue,
    paused: palette.paused,
    not_started: palette.stageNotStarted,
    under_construction: palette.stageUnderConstruction,
    completed: palette.stageCompleted,
    in_use: palette.stageInUse,
  };
  return palette;
}
