/**
 * Proves over simulated years that each notice is sent exactly once: customers are renewed, suspended, resumed and
 * removed at random, runs are left out, killed at random points and done twice. The receiver drops what has the key
 * of an earlier notice, as a mail program does by its Message-ID and a webhook by its idempotency key.
 */
import { expect } from "chai";
import fc from "fast-check";
import { sendNotices } from "../../automation/notices/sending";
import type { Customer } from "../../src/customers/model";
import { dueNotices, EMPTY_RECORD } from "../../src/notices/due";
import { NOTICE_RULES, type Notice, type NoticeRecord } from "../../src/notices/model";
import { TEMPLATES } from "../../src/notices/texts";
import { customer } from "../access/support";

const OPTIONS = { templates: TEMPLATES, owner: "team@vendor.example" };
const DAYS = 365;

/** The calendar day `count` days after the first one. */
function dayAt(count: number): string {
  return new Date(Date.UTC(2026, 0, 1 + count)).toISOString().slice(0, 10);
}

class Killed extends Error {}

/** One notice that reached its receiver. */
interface Delivery {
  day: number;
  notice: Notice;
}

/** What the world does in a year; everything is drawn from one stream of numbers. */
class Year {
  readonly deliveries: Delivery[] = [];
  readonly received = new Map<string, Delivery>();
  /** On each day with a run that was not killed: the customers. */
  readonly completed = new Map<number, readonly Customer[]>();
  readonly filesOf = new Map<number, readonly Customer[]>();
  kills = 0;
  #record: NoticeRecord = EMPTY_RECORD;
  #customers: Customer[];

  constructor(private readonly draw: (below: number) => number) {
    this.#customers = Array.from({ length: 12 }, (_, at) => this.#made(at, 0));
  }

  async run(): Promise<void> {
    for (let day = 0; day < DAYS; day++) {
      this.#edit(day);
      this.filesOf.set(day, this.#customers);
      if (this.draw(10) === 0) continue;
      for (let runs = 1 + this.draw(2); runs > 0; runs--) await this.#runOnce(day);
    }
  }

  async #runOnce(day: number): Promise<void> {
    const facts = { customers: this.#customers, today: dayAt(day), budgets: [], keys: new Map() };
    const { notices, record } = dueNotices(facts, this.#record, OPTIONS);
    // A kill comes before or after any step that leaves a trace.
    let steps = this.draw(4) === 0 ? this.draw(2 * notices.length + 2) : Infinity;
    const step = (act: () => void) => {
      if (steps-- <= 0) throw new Killed();
      act();
    };
    try {
      let killed = false;
      const guarded = (act: () => void) => {
        try {
          step(act);
        } catch (error) {
          killed = true;
          throw error;
        }
      };
      await sendNotices(notices, record, dayAt(day), {
        // After a kill nothing happens any more, although the loop continues.
        send: (notice) => {
          if (!killed) guarded(() => this.#deliver(day, notice));
          else throw new Killed();
          return Promise.resolve();
        },
        save: (next) => {
          if (killed) throw new Killed();
          guarded(() => (this.#record = structuredClone(next)));
        },
      });
      if (killed) throw new Killed();
      this.completed.set(day, this.#customers);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.kills++;
    }
  }

  #deliver(day: number, notice: Notice): void {
    const delivery = { day, notice };
    this.deliveries.push(delivery);
    if (!this.received.has(notice.key)) this.received.set(notice.key, delivery);
  }

  #edit(day: number): void {
    const at = this.draw(40);
    const now = this.#customers[at];
    if (now === undefined) return;
    const edits: (() => Customer | undefined)[] = [
      () => ({ ...now, expires: dayAt(day + this.draw(150)) }),
      () => ({ ...now, expires: dayAt(day + 365) }),
      () => ({ ...now, status: now.status === "active" ? "suspended" : "active" }),
      () => ({ ...now, expires: undefined }) as unknown as Customer,
      () => this.#made(at, day),
    ];
    const edited = edits[this.draw(edits.length)]?.() ?? now;
    const { expires, ...others } = edited;
    this.#customers = this.#customers.map((one, place) =>
      place !== at ? one : expires === undefined ? others : edited,
    );
  }

  #made(at: number, day: number): Customer {
    return customer(`c${at}`, {
      contact: `ops@c${at}.example`,
      ...(this.draw(3) === 0 ? {} : { expires: dayAt(day + this.draw(200)) }),
      ...(this.draw(3) === 0 ? { owner: "jo@vendor.example" } : {}),
    });
  }
}

/** Thresholds that a customer's end has passed on a day. */
function passed({ expires, status }: Customer, day: number): number[] {
  if (expires === undefined || status === "suspended") return [];
  const left = (Date.parse(expires) - Date.parse(dayAt(day))) / 86_400_000;
  return left < 0 ? [] : NOTICE_RULES.ends.filter((one) => left <= one);
}

describe("a year of notices", function () {
  this.timeout(120_000);
  const years: Year[] = [];

  before(async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 999_999 })), async (numbers) => {
        const year = new Year((below) => Number(numbers.next().value) % below);
        await year.run();
        years.push(year);
      }),
      { numRuns: 40 },
    );
    const kills = years.reduce((sum, { kills: its }) => sum + its, 0);
    const received = years.reduce((sum, { received: its }) => sum + its.size, 0);
    expect([years.length >= 40, kills > 100, received > 1_000]).to.deep.equal([true, true, true]);
  });

  it("sends a notice again only when the run that sent it was killed, with the same text's key", () => {
    for (const { deliveries, received, kills } of years) {
      expect(deliveries.length - received.size).to.be.at.most(kills);
    }
  });

  it("sends each notice of an end to customer and owner, as soon as a run can know it", () => {
    let checked = 0;
    for (const { completed, received } of years) {
      for (const [day, customers] of completed) {
        for (const one of customers) {
          const due = Math.min(...passed(one, day));
          if (due === Infinity) continue;
          for (const audience of ["customer", "owner"]) {
            const found = received.get(`${one.id}/ends/${one.expires}/${due}/${audience}`);
            expect(found?.day, `${one.id} on day ${day}`).to.be.at.most(day);
            checked++;
          }
        }
      }
    }
    expect(checked).to.be.greaterThan(10_000);
  });

  it("sends none about an end that was moved, none after it, and none before its day", () => {
    let checked = 0;
    for (const { deliveries, filesOf } of years) {
      for (const { day, notice } of deliveries) {
        if (notice.kind !== "ends") continue;
        const one = filesOf.get(day)?.find(({ id }) => id === notice.customer);
        const [, , expires, threshold] = notice.key.split("/");
        expect(one?.expires).to.equal(expires);
        expect(one === undefined ? [] : passed(one, day)).to.include(Number(threshold));
        checked++;
      }
    }
    expect(checked).to.be.greaterThan(1_000);
  });

  it("sends one notice for each suspension that lasts, not before its 90th day", () => {
    let checked = 0;
    for (const { received, filesOf } of years) {
      // Days that follow each other on which a customer is suspended are one suspension.
      const suspension = (id: string, day: number): string => {
        let first = day;
        const isSuspended = (at: number) =>
          filesOf.get(at)?.find((one) => one.id === id)?.status === "suspended";
        while (isSuspended(first - 1)) first--;
        return `${id} since ${first}`;
      };
      const all = [...received.values()].filter(({ notice }) => notice.kind === "suspended");
      const of = all.map(({ day, notice }) => suspension(notice.customer ?? "", day));
      expect(new Set(of).size).to.equal(of.length);
      for (const { day, notice } of received.values()) {
        if (notice.kind !== "suspended") continue;
        const since = notice.key.split("/")[2] ?? "";
        expect((Date.parse(dayAt(day)) - Date.parse(since)) / 86_400_000).to.be.at.least(90);
        checked++;
      }
    }
    expect(checked).to.be.greaterThan(10);
  });
});
