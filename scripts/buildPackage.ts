// What `npm run pack` does first: compiles the package into dist/, so that nothing is compiled at a vendor's.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
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

/** Bundles each program into one file. @returns the source files that went in. */
async function bundle(outdir: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: PROGRAMS,
    outdir,
    external: [
      ...Object.keys(dependencies),
      // Started as a process of its own, and needed only where the providers are not compiled.
      "./worker",
      "./bundle.js",
    ],
    ...COMPILED,
  });
  return Object.keys(metafile.inputs).filter((file) => !file.startsWith("empty:"));
}

/** Messages are this project's own, so zod's translations, half of its code, are left out. */
const withoutTranslations: Plugin = {
  name: "without translations",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ path, importer }) =>
      /node_modules.zod\W/.test(importer) ? { path, namespace: "empty" } : undefined,
    );
    onLoad({ filter: /./, namespace: "empty" }, () => ({ contents: "export {};" }));
  },
};

const COMPILED = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // ES modules can be tree-shaken.
  mainFields: ["module", "main"],
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  plugins: [withoutTranslations],
  logLevel: "error",
} satisfies BuildOptions;

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
