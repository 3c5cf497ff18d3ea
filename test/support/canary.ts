import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Forms in which a secret gets into logs and files without anybody meaning it. */
const FORMS: Readonly<Record<string, (secret: string) => string[]>> = {
  plain: (secret) => [secret],
  halves: (secret) => {
    const half = Math.ceil(secret.length / 2);
    return [secret.slice(0, half), secret.slice(half)];
  },
  reversed: (secret) => [[...secret].reverse().join("")],
  hex: (secret) => [Buffer.from(secret).toString("hex")],
  "upper-case hex": (secret) => [Buffer.from(secret).toString("hex").toUpperCase()],
  base64: (secret) => base64Forms(secret),
  base64url: (secret) => base64Forms(secret).map(toBase64Url),
  "URL-encoded": (secret) => [encodeURIComponent(secret)],
  "JSON with escaped slashes": (secret) => [secret.replaceAll("/", "\\/")],
  "UTF-16": (secret) => [Buffer.from(secret, "utf16le").toString("latin1")],
};

/** What of a secret is in some bytes, by the names of the forms; empty when nothing is. */
export function tracesOf(secret: string, bytes: Uint8Array | string): string[] {
  const text = Buffer.from(bytes as string).toString("latin1");
  return Object.entries(FORMS)
    .filter(([, forms]) => forms(secret).some((form) => text.includes(form)))
    .map(([name]) => name);
}

/** Files under the folders that hold a trace of a secret, each with the forms. */
export function filesWithTraces(secrets: readonly string[], folders: readonly string[]): string[] {
  return folders.flatMap(filesUnder).flatMap((file) => {
    const bytes = readIfThere(file);
    const traces = secrets.flatMap((secret) => tracesOf(secret, bytes));
    return traces.length === 0 ? [] : [`${file}: ${traces.join(", ")}`];
  });
}

/** Folders are shared by suites that run side by side: one may have removed its file meanwhile. */
function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

/** All regular files under a folder; links are not followed. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const status = lstatSync(path);
    return status.isDirectory() ? filesUnder(path) : status.isFile() ? [path] : [];
  });
}

/** At each place within three bytes, without the characters that depend on what stands around it. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(" ".repeat(offset) + secret).toString("base64");
    return encoded
      .slice(offset === 0 ? 0 : 4)
      .replace(/.?=*$/, "")
      .slice(0, -3);
  });
}

function toBase64Url(text: string): string {
  return text.replaceAll("+", "-").replaceAll("/", "_");
}
