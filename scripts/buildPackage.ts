// What `npm run pack` does first: compiles the package into dist/, so that nothing is compiled at a vendor's.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, transform, type BuildOptions, type Plugin, type TransformOptions } from "esbuild";
import ts from "typescript";
import { dependencies } from "../package.json";
import { licenceTexts } from "./licences";

const ROOT = join(__dirname, "..");

/** Programs by their names in dist/. */
const PROGRAMS = {
  cli: "automation/cli.ts",
  worker: "automation/cells/worker.ts",
  program: "src/program.ts",
  sandbox: "sandbox/main.ts",
  "provider-aws": "sandbox/provider/main.ts",
  "provider-awsx": "sandbox/provider/awsxMain.ts",
};
/**
 * Compiles the package.
 *
 * @param target - the folder, emptied first. It must be directly below the package's own (src/package.ts).
 * @throws Error when a source has a mistake.
 */
async function buildPackage(target: string): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  const bundled = await bundle(target);
  writeFileSync(join(target, "program.d.ts"), declarations(PROGRAMS.program));
  writeFileSync(join(target, "licences.txt"), licenceTexts(ROOT, bundled));
}

/**
 * Bundles the programs. What several of them use is in files of its own, and so is what a program loads only when it is
 * needed: Node.js reads no code that a command does not use. esbuild splits ES modules only, so their text is made
 * CommonJS afterwards: `require` takes half the time of `import`.
 *
 * @returns the source files that went in.
 */
async function bundle(outdir: string): Promise<string[]> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: PROGRAMS,
    outdir,
    external: [
      ...Object.keys(dependencies),
      // Started as a process of its own, and needed only where nothing is compiled.
      "./worker",
      "./bundle.js",
      "tsx",
    ],
    ...BUNDLED,
  });
  mkdirSync(outdir, { recursive: true });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, AS_COMMON_JS);
    writeFileSync(path, code, { mode: code.startsWith("#!") ? 0o755 : 0o644 });
  }
  return Object.keys(metafile.inputs).filter((file) => !file.startsWith(REPLACED));
}

/** Messages are this project's own, so zod's translations, half of its code, are left out. */
const withoutTranslations = replaced(
  "without translations",
  { what: /\/locales\/index\.js$/, by: /node_modules.zod\W/ },
  "export {};",
);

/**
 * Help texts are laid out by the lengths of their lines. The package that yargs measures them with knows the widths of
 * emoji and of every script's characters, of which a help text has none, and takes longer to load than all of yargs.
 */
const withoutWideCharacters = replaced(
  "without wide characters",
  { what: /^string-width$/, by: /node_modules/ },
  "export default (text) => text.length;",
);

/** What the names of replaced modules start with. */
const REPLACED = "replaced:";

/** Replaces the modules that are imported under a name by a text. */
function replaced(name: string, { what, by }: { what: RegExp; by: RegExp }, text: string): Plugin {
  return {
    name,
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: what }, ({ path, importer }) =>
        by.test(importer) ? { path, namespace: REPLACED + name } : undefined,
      );
      onLoad({ filter: /./, namespace: REPLACED + name }, () => ({ contents: text }));
    },
  };
}

const COMPILED = {
  platform: "node",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: "error",
} satisfies BuildOptions & TransformOptions;

const BUNDLED = {
  ...COMPILED,
  bundle: true,
  splitting: true,
  format: "esm",
  // All in one folder, from which src/package.ts finds the package's own.
  chunkNames: "part-[hash]",
  // ES modules can be tree-shaken.
  mainFields: ["module", "main"],
  metafile: true,
  write: false,
  plugins: [withoutTranslations, withoutWideCharacters],
} satisfies BuildOptions;

const AS_COMMON_JS = {
  ...COMPILED,
  format: "cjs",
  supported: { "dynamic-import": false },
  // yargs looks next to itself for its translations, of which none is used.
  define: { "import.meta.url": "__url" },
  banner: 'const __url=require("node:url").pathToFileURL(__filename).href;',
} satisfies TransformOptions;

/** The types of a module that imports none. */
function declarations(source: string): string {
  const text = readFileSync(join(ROOT, source), "utf8");
  const { outputText } = ts.transpileDeclaration(text, { fileName: source });
  return outputText;
}

if (require.main === module) {
  const target = join(ROOT, "dist");
  buildPackage(target).catch((error: unknown) => {
    console.error(error);
    // A half-made package must not be packed.
    rmSync(target, { recursive: true, force: true });
    process.exitCode = 1;
  });
}
