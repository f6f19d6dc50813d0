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

// Every map needs Leaflet, which is most of what there is to load: a file of its own, so that it comes once.
const leaflet = await build({ ...how, entryPoints: [{ in: "leaflet", out: "leaflet" }] });
const [leafletPath = ""] = Object.keys(leaflet.metafile.outputs);
const leafletFile = relative(target, join(project, leafletPath));

const own = await build({
  ...how,
  entryPoints: ENTRIES.map((entry) => join(source, entry)),
  loader: { ".png": "copy", ".svg": "copy" },
  plugins: [
    {
      name: "leaflet",
      setup(builder) {
        builder.onResolve({ filter: /^leaflet$/ }, () => ({ path: `./${leafletFile}`, external: true }));
      },
    },
  ],
});

/** @type {Record<string, string>} name in templates → file, in app/static */
const manifest = { "leaflet.js": leafletFile };
const kept = new Set(["manifest.json"]);
let bytes = 0;
for (const [path, output] of Object.entries({ ...leaflet.metafile.outputs, ...own.metafile.outputs })) {
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
