import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { smtpPassword } from "../../../sandbox/provider/smtpPassword";

/** Folders that are watched are read this often; a file that lives shorter may escape. */
const EVERY_MILLISECONDS = 20;

/** Collects all that appears in some folders, also what is gone again at the end, and texts beside it. */
export class Written {
  readonly #folders: readonly string[];
  readonly #texts = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;

  constructor(folders: readonly string[]) {
    this.#folders = folders;
    this.#timer = setInterval(() => this.#look(), EVERY_MILLISECONDS);
  }

  add(name: string, text: string): void {
    this.#texts.set(`${name} (${this.#texts.size})`, text);
  }

  /** Ends the watching. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Where one of the forms of one of the secrets stands; empty when nowhere. */
  find(secrets: readonly string[]): string[] {
    this.#look();
    const forms = secrets.flatMap(formsOf);
    return [...this.#texts].flatMap(([name, text]) =>
      forms.filter(({ form }) => text.includes(form)).map(({ kind }) => `${kind} in ${name}`),
    );
  }

  get size(): number {
    return this.#texts.size;
  }

  #look(): void {
    for (const folder of this.#folders) this.#read(folder);
  }

  #read(path: string): void {
    try {
      const info = lstatSync(path);
      if (info.isDirectory())
        return readdirSync(path).forEach((name) => this.#read(join(path, name)));
      if (!info.isFile()) return;
      const version = `${path} @${info.mtimeMs} ${info.size}`;
      if (!this.#texts.has(version)) this.#texts.set(version, readFileSync(path, "latin1"));
    } catch {
      // Gone between two looks.
    }
  }
}

/** The forms in which a secret might leak: plain, encoded, reversed, in halves. */
export function formsOf(secret: string): { kind: string; form: string }[] {
  const half = Math.ceil(secret.length / 2);
  const reversed = (text: string) => [...text].reverse().join("");
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from("x".repeat(shift) + secret).toString("base64");
    // Characters that also hold bits of the text before or after it are left out.
    return encoded.slice(shift === 0 ? 0 : 4, -4);
  });
  return [
    { kind: "plain", form: secret },
    ...base64.map((form) => ({ kind: "base64", form })),
    { kind: "hex", form: Buffer.from(secret).toString("hex") },
    { kind: "URL-encoded", form: encodeURIComponent(secret) },
    { kind: "JSON", form: JSON.stringify(secret).slice(1, -1).replaceAll("/", "\\/") },
    { kind: "reversed", form: reversed(secret) },
    { kind: "first half", form: secret.slice(0, half) },
    { kind: "second half", form: secret.slice(half) },
    { kind: "SES password", form: smtpPassword(secret, "eu-central-1") },
  ];
}
