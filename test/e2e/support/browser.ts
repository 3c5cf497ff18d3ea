// A real browser: one that is installed, otherwise the Chromium that the package @sparticuz/chromium carries.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { PROJECT, SANDBOX } from "../../../sandbox/paths";

const PACKAGE = "@sparticuz/chromium";
const INSTALLED = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** CI's user is root, for which Chromium's own sandbox does not work; the pages are this project's. */
const ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"];

/** Starts a browser; undefined with the reason where none can run. */
export async function openBrowser(): Promise<{ browser?: Browser; reason: string }> {
  const reasons: string[] = [];
  for (const start of [installed, unpacked, withOwnLibraries]) {
    try {
      const { executablePath, env = {} } = start();
      const options = { executablePath, args: ARGUMENTS, headless: true };
      const environment = { ...process.env, ...env } as Record<string, string>;
      return { browser: await chromium.launch({ ...options, env: environment }), reason: "" };
    } catch (error) {
      reasons.push(String(error).split("\n")[0] ?? "");
    }
  }
  return { reason: reasons.join("; ") };
}

interface Executable {
  executablePath: string;
  env?: Readonly<Record<string, string>>;
}

function installed(): Executable {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const files = INSTALLED.flatMap((name) => folders.map((folder) => join(folder, name)));
  const executablePath = files.find((file) => existsSync(file));
  if (executablePath === undefined) throw new Error("no Chromium is on PATH");
  return { executablePath };
}

function unpacked(): Executable {
  return { executablePath: join(unpackedFolder(), "chromium") };
}

/** With the libraries that the package carries, for machines without those of a desktop. */
function withOwnLibraries(): Executable {
  return { ...unpacked(), env: { LD_LIBRARY_PATH: join(unpackedFolder(), "al2023", "lib") } };
}

/** Unpacks it once. It is renamed when it is complete: a killed run leaves no half of a browser. */
function unpackedFolder(): string {
  const manifest = join(PROJECT, "node_modules", PACKAGE, "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const folder = join(SANDBOX, "browser", version);
  if (existsSync(folder)) return folder;
  mkdirSync(join(SANDBOX, "browser"), { recursive: true });
  const temporary = mkdtempSync(join(SANDBOX, "browser", "unpacking-"));
  const code = `import(${JSON.stringify(PACKAGE)}).then((found) => found.default.executablePath())`;
  // The package unpacks into the folder for temporary files; its libraries only where it believes to be in AWS Lambda.
  const env = { ...process.env, TMPDIR: temporary, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" };
  execFileSync(process.execPath, ["--eval", code], { cwd: __dirname, env, stdio: "ignore" });
  try {
    renameSync(temporary, folder);
  } catch {
    // Another run was faster.
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}
