// What a long measurement has found already, in a file: a run that is interrupted continues where it ended.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDER = join(__dirname, "..", ".sandbox", "bench");

/** Results by their names, each written as soon as it is there. */
export class Resumable<T> {
  readonly #file: string;
  readonly #found = new Map<string, T>();

  /** @param fresh - forget what earlier runs have found. */
  constructor(name: string, fresh: boolean) {
    this.#file = join(FOLDER, `${name}.jsonl`);
    if (fresh) rmSync(this.#file, { force: true });
    mkdirSync(dirname(this.#file), { recursive: true });
    if (!existsSync(this.#file)) return;
    // A killed run may have left half a line at the end.
    for (const line of readFileSync(this.#file, "utf8").split("\n").slice(0, -1)) {
      const [key, result] = JSON.parse(line) as [string, T];
      this.#found.set(key, result);
    }
  }

  /**
   * The result of an earlier run, or that of `measure`, which is kept.
   *
   * @param isGood - one that is not is measured again by the next run.
   */
  async result(
    key: string,
    measure: () => Promise<T>,
    isGood: (result: T) => boolean = () => true,
  ): Promise<T> {
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const result = await measure();
    if (!isGood(result)) return result;
    this.#found.set(key, result);
    appendFileSync(this.#file, `${JSON.stringify([key, result])}\n`);
    return result;
  }
}
