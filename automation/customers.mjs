// `npm run customers`: the script, compiled to JavaScript. It starts in half the time that tsx takes, at each
// command and in each process that runs cells. Compiled in a fifth of a second, and anew when a source has
// changed. Plain JavaScript itself, because nothing has been compiled yet when it runs.
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const PROJECT = dirname(HERE);
const ROOMS = ["automation", "src"];
/** `npm ci` takes it away. */
const CACHE = join(PROJECT, "node_modules", ".cache", "ecr-customers");

/** Names the compiled script by all that it is made of: sources, installed versions, the folder it is in. */
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

/** Sources read files that lie beside them: each keeps its own place. */
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

/** Made of many small files, which take longer to find than to run. */
const IN_ONE_FILE = /^(semver|yaml|zod)(\/|$)/;
/** All other packages stay where they are. */
const fewPackages = {
  name: "few packages",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || IN_ONE_FILE.test(path) ? undefined : { path, external: true },
    ),
};

/** Compiles into a folder, aside and then moved: two may do it at a time, and one may be killed. */
async function compile(name) {
  fs.mkdirSync(CACHE, { recursive: true });
  const aside = fs.mkdtempSync(join(CACHE, ".new-"));
  try {
    const { build } = await import("esbuild");
    await build({
      entryPoints: {
        cli: join(HERE, "cli.ts"),
        worker: join(HERE, "cells", "worker.ts"),
      },
      outdir: aside,
      bundle: true,
      external: ["./worker"],
      platform: "node",
      target: "node20",
      plugins: [ownPlace, fewPackages],
      logLevel: "silent",
    });
    const older = fs.readdirSync(CACHE).filter((other) => other.startsWith(name.split("-")[0]));
    if (!fs.existsSync(join(CACHE, name))) fs.renameSync(aside, join(CACHE, name));
    for (const other of older.filter((one) => one !== name)) {
      fs.rmSync(join(CACHE, other), { recursive: true, force: true });
    }
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
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
    // Nobody may write here, or a source is wrong: tsx needs no place, and tells what is wrong.
    await import("tsx");
    return require("./cli.ts");
  }
  return require(program);
}

const { run } = await script();
await run();
