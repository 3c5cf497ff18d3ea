// `npm run customers`: runs the script compiled to JavaScript, which starts in half the time that tsx takes, at each
// command and in each process that runs cells. It is compiled in a fifth of a second, again whenever a source has
// changed. This file is plain JavaScript because nothing has been compiled yet when it runs.
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const PROJECT = dirname(HERE);
const ROOMS = ["automation", "src"];
/** `npm ci` deletes it. */
const CACHE = join(PROJECT, "node_modules", ".cache", "ecr-customers");
const DAY = 24 * 60 * 60 * 1000;
/**
 * Compiled scripts are deleted by the time of their last use, not when a newer one is compiled: a script that
 * is still running starts workers from its own version.
 */
const UNUSED_AFTER = 7 * DAY;
/** Compiling takes less than a second; a folder older than this was left by a process that was killed. */
const TEMPORARY_FOR = 10 * 60 * 1000;
const TEMPORARY = ".new-";

/** Names the compiled script by everything that it depends on: sources, installed versions, the project's folder. */
function compiledName() {
  const place = createHash("sha256").update(PROJECT).digest("hex").slice(0, 8);
  const hash = createHash("sha256").update(fs.readFileSync(join(PROJECT, "package-lock.json")));
  for (const room of ROOMS) {
    const names = fs.readdirSync(join(PROJECT, room), { recursive: true });
    for (const name of names.filter((file) => file.endsWith(".ts")).sort()) {
      hash.update(`${room}/${name}\0`).update(fs.readFileSync(join(PROJECT, room, name)));
    }
  }
  hash.update(fs.readFileSync(fileURLToPath(import.meta.url)));
  return `${place}-${hash.digest("hex").slice(0, 16)}`;
}

/** Sources read files next to them, so `__dirname` stays that of each source. */
const ownPlace = {
  name: "own place",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await fs.promises.readFile(path, "utf8");
      return {
        contents: text.replaceAll("__dirname", JSON.stringify(dirname(path))),
        loader: "ts",
      };
    }),
};

/** Packages of many small files, which take longer to find than to run: they are bundled. */
const BUNDLED = /^(semver|yaml|zod)(\/|$)/;
/** All other packages are loaded from node_modules. */
const fewPackages = {
  name: "few packages",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || BUNDLED.test(path) ? undefined : { path, external: true },
    ),
};

/** Compiles into a temporary folder and renames it: several processes may do so at once, and each may be killed. */
async function compile(name) {
  fs.mkdirSync(CACHE, { recursive: true });
  const temporary = fs.mkdtempSync(join(CACHE, TEMPORARY));
  try {
    const { build } = await import("esbuild");
    await build({
      entryPoints: {
        cli: join(HERE, "cli.ts"),
        worker: join(HERE, "cells", "worker.ts"),
      },
      outdir: temporary,
      bundle: true,
      external: ["./worker"],
      platform: "node",
      target: "node20",
      plugins: [ownPlace, fewPackages],
      logLevel: "silent",
    });
    if (!fs.existsSync(join(CACHE, name))) fs.renameSync(temporary, join(CACHE, name));
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** Records that a compiled script is in use, and deletes what has not been used for long. */
function tidyCache(used) {
  const now = Date.now();
  for (const name of fs.readdirSync(CACHE)) {
    const folder = join(CACHE, name);
    const age = now - fs.statSync(folder).mtimeMs;
    if (name === used) {
      // At most once a day, so that most runs write nothing.
      if (age > DAY) fs.utimesSync(folder, now / 1000, now / 1000);
    } else if (age > (name.startsWith(TEMPORARY) ? TEMPORARY_FOR : UNUSED_AFTER)) {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}

const require = createRequire(import.meta.url);

/** The script, which exports `run`. */
async function script() {
  const name = compiledName();
  const program = join(CACHE, name, "cli.js");
  try {
    if (!fs.existsSync(program)) await compile(name);
  } catch {
    // The cache cannot be written, or a source has a mistake: tsx writes nothing, and reports the mistake.
    await import("tsx");
    return require("./cli.ts");
  }
  try {
    tidyCache(name);
  } catch {
    // Another process deleted the same folder first, or the cache is read-only: the next run tries again.
  }
  return require(program);
}

const { run } = await script();
await run();
