/** Builds what browsers load: app/frontend → app/static, each file named after its content, and a manifest of names. */

import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(project, "app", "frontend");
const target = join(project, "app", "static");

/** What templates ask for by name; all else comes in through these. */
const ENTRIES = [
  "collection.js",
  "command.js",
  "coordination.js",
  "dig_plan.js",
  "public.js",
  "topbar.js",
  "ledger.js",
  "zones.js",
  "zone.js",
  "district.js",
  "emergency.js",
  "inbox.js",
  "intake.js",
  "roads.js",
  "road_plan.js",
  "styles/style.css",
  "styles/public.css",
  "styles/dark.css",
  "styles/plain.css",
  "styles/editor.css",
  "icon.svg",
];

/** The oldest browser in the offices that use this. */
const OLDEST_BROWSER = "chrome86";

const started = Date.now();
/** @type {import("esbuild").BuildOptions & { metafile: true }} */
const how = {
  absWorkingDir: project,
  assetNames: "[name]-[hash]",
  bundle: true,
  charset: "utf8",
  entryNames: "[name]-[hash]",
  format: "esm",
  legalComments: "eof",
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir: target,
  target: OLDEST_BROWSER,
};

// Every map needs Leaflet, and every map to draw on Geoman: most of what there is to load. Files of their own, so that they come once.
const leaflet = await build({ ...how, entryPoints: [{ in: "leaflet", out: "leaflet" }] });
const leafletFile = fileOf(leaflet);

// Geoman puts itself into the Leaflet that is there already, so its file asks for that one first.
const geoman = await build({
  ...how,
  entryPoints: [],
  stdin: {
    contents: 'import "leaflet"; import "@geoman-io/leaflet-geoman-free";',
    resolveDir: project,
    sourcefile: "geoman.js",
  },
  entryNames: "geoman-[hash]",
  plugins: [elsewhere({ leaflet: leafletFile })],
});
const geomanFile = fileOf(geoman);

const own = await build({
  ...how,
  entryPoints: ENTRIES.map((entry) => join(source, entry)),
  loader: { ".png": "copy", ".svg": "copy" },
  plugins: [elsewhere({ leaflet: leafletFile, "@geoman-io/leaflet-geoman-free": geomanFile })],
});

/** @type {Record<string, string>} name in templates → file, in app/static */
const manifest = { "geoman.js": geomanFile, "leaflet.js": leafletFile };
const kept = new Set(["manifest.json"]);
let bytes = 0;
for (const [path, output] of Object.entries({
  ...leaflet.metafile.outputs,
  ...geoman.metafile.outputs,
  ...own.metafile.outputs,
})) {
  const file = relative(target, join(project, path));
  kept.add(file);
  bytes += output.bytes;
  // A file that is only copied has no entry point; it is known by what went into it.
  const from = output.entryPoint ?? Object.keys(output.inputs)[0];
  if (from && ENTRIES.includes(relative(source, join(project, from)))) manifest[basename(from)] = file;
}

// A server may be reading: first everything new, then the manifest in one move, then what is not needed any more.
await mkdir(target, { recursive: true });
const draft = join(target, "manifest.json.new");
await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`);
await rename(draft, join(target, "manifest.json"));
for (const file of await readdir(target)) {
  if (!kept.has(file)) await rm(join(target, file), { force: true, recursive: true });
}

console.log(`app/static: ${kept.size} files, ${Math.round(bytes / 1024)} KB, ${Date.now() - started} ms`);

/**
 * The one file of a build that has one entry.
 * @param {{ metafile: import("esbuild").Metafile }} built
 */
function fileOf(built) {
  const [path = ""] = Object.keys(built.metafile.outputs);
  return relative(target, join(project, path));
}

/**
 * Packages that are left out of a bundle and asked for by the file that has them.
 * @param {Record<string, string>} files name of the package → file, in app/static
 * @returns {import("esbuild").Plugin}
 */
function elsewhere(files) {
  return {
    name: "elsewhere",
    setup(builder) {
      for (const [name, file] of Object.entries(files)) {
        builder.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: `./${file}`, external: true }));
      }
    },
  };
}
