import type { EngineEvent, ResourceChange } from "../engine/events";
import { during, type Activity, type Clock } from "../output/activity";
import { subjectOf, type Subject } from "../plan/subject";
import type { Terminal } from "../output/terminal";

/** Most progress lines where a line is not written over, as in a log. */
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

/**
 * Runs a preview, and shows how many resources it has compared.
 *
 * @param onProgress - called with every event, too.
 * @param preview - passes every event on.
 */
export function showPreview<T>(
  terminal: Terminal,
  onProgress: () => void,
  preview: (onEvent: (event: EngineEvent) => void) => Promise<T>,
  clock?: Clock,
): Promise<T> {
  const work = (activity: Activity) => {
    const count = compared(activity);
    return preview((event) => {
      onProgress();
      count(event);
    });
  };
  return during(terminal, "Previewing", work, clock);
}

function compared(activity: Activity): (event: EngineEvent) => void {
  const urns = new Set<string>();
  return ({ resourcePreEvent, resOutputsEvent }) => {
    const metadata = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata;
    if (metadata === undefined || urns.has(metadata.urn)) return;
    urns.add(metadata.urn);
    activity.counted(urns.size, "resources");
  };
}

/** Follows an update, resource by resource, from what was planned. */
export class UpdateProgress {
  /** URN → the customer or repository that it belongs to, or its own name; what is still to change. */
  readonly #pending = new Map<string, Subject>();
  readonly #planned: readonly ResourceChange[];
  readonly #activity: Activity;
  /** What any run has reached: a second run counts nothing twice. */
  readonly #reached: Set<string>;
  readonly #total: number;
  /** In a second run, what stays as it is was reached by the first. */
  readonly #sameIsReached: boolean;

  constructor(planned: readonly ResourceChange[], activity: Activity, earlier?: UpdateProgress) {
    this.#planned = planned;
    this.#activity = activity;
    this.#sameIsReached = earlier !== undefined;
    for (const change of planned) this.#pending.set(change.urn, subjectOf(change));
    this.#reached = earlier === undefined ? new Set() : earlier.#reached;
    this.#total = earlier === undefined ? this.#pending.size : earlier.#total;
  }

  readonly onEvent = (event: EngineEvent): void => {
    const metadata = event.resOutputsEvent?.metadata ?? event.resOpFailedEvent?.metadata;
    if (metadata === undefined || (metadata.op === "same" && !this.#sameIsReached)) return;
    const subject = this.#pending.get(metadata.urn);
    if (subject === undefined) return;
    this.#pending.delete(metadata.urn);
    if (this.#reached.has(metadata.urn)) return;
    this.#reached.add(metadata.urn);
    this.#activity.reached(this.#reached.size, this.#total, "resources", subject.name);
  };

  /**
   * For a second run over the same plan: what the first one has changed may be changed again, but
   * for what it has deleted.
   */
  again(): UpdateProgress {
    const left = this.#planned.filter(
      ({ change, urn }) => change !== "delete" || this.#pending.has(urn),
    );
    return new UpdateProgress(left, this.#activity, this);
  }

  /** Customers and repositories of which something was not reached, by name. */
  pending(): string[] {
    const subjects = [...this.#pending.values()].filter(({ kind }) => kind !== "stack");
    return [...new Set(subjects.map(({ name }) => name))].sort();
  }
}
