import type { EngineEvent, ResourceChange } from "../engine/events";
import { subjectOf } from "../plan/subject";
import type { Terminal } from "../output/terminal";

/** Where nobody watches a line being written over, so many lines tell enough. */
const LINES_IN_A_LOG = 20;

/** Counts long work: `12 of 40 customers: acme`. */
export class Counter {
  readonly #terminal: Terminal;
  readonly #total: number;
  readonly #what: string;
  #done = 0;

  /** @param what - in the plural: `customers read`. */
  constructor(terminal: Terminal, total: number, what: string) {
    this.#terminal = terminal;
    this.#total = total;
    this.#what = what;
  }

  /** One more is done. */
  done(name: string): void {
    this.#done += 1;
    const every = this.#terminal.animated ? 1 : Math.ceil(this.#total / LINES_IN_A_LOG);
    if (this.#done % every !== 0 && this.#done !== this.#total) return;
    this.#terminal.progress(`${this.#done} of ${this.#total} ${this.#what}: ${name}`);
  }
}

/** Follows an update by customer and repository, from what was planned. */
export class UpdateProgress {
  /** URN → the customer or repository it belongs to; what is still to change. */
  readonly #pending = new Map<string, string>();
  /** How many URNs of each are still to change. */
  readonly #left = new Map<string, number>();
  readonly #counter: Counter;

  readonly #planned: readonly ResourceChange[];
  readonly #terminal: Terminal;
  /** In a second run, what stays as it is was reached by the first. */
  readonly #sameIsReached: boolean;

  constructor(planned: readonly ResourceChange[], terminal: Terminal, sameIsReached = false) {
    this.#planned = planned;
    this.#terminal = terminal;
    this.#sameIsReached = sameIsReached;
    for (const change of planned) {
      const { kind, name } = subjectOf(change);
      if (kind === "stack") continue;
      this.#pending.set(change.urn, name);
      this.#left.set(name, (this.#left.get(name) ?? 0) + 1);
    }
    this.#counter = new Counter(terminal, this.#left.size, "customers and repositories");
  }

  readonly onEvent = (event: EngineEvent): void => {
    const metadata = event.resOutputsEvent?.metadata ?? event.resOpFailedEvent?.metadata;
    if (metadata === undefined || (metadata.op === "same" && !this.#sameIsReached)) return;
    const name = this.#pending.get(metadata.urn);
    if (name === undefined) return;
    this.#pending.delete(metadata.urn);
    const left = (this.#left.get(name) ?? 1) - 1;
    this.#left.set(name, left);
    if (left === 0) this.#counter.done(name);
  };

  /**
   * For a second run over the same plan: what the first one has changed may be changed once more, but
   * for what it has deleted.
   */
  again(): UpdateProgress {
    const left = this.#planned.filter(
      ({ change, urn }) => change !== "delete" || this.#pending.has(urn),
    );
    return new UpdateProgress(left, this.#terminal, true);
  }

  /** Customers and repositories of which something was not reached. */
  pending(): string[] {
    return [...new Set(this.#pending.values())].sort();
  }
}
