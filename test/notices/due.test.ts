/** Proves when each notice is due, to whom it goes, and what its key is made of. The year is in year.test.ts. */
import { expect } from "chai";
import { dueNotices, EMPTY_RECORD, withSent } from "../../src/notices/due";
import {
  noticeRules,
  type KeyFacts,
  type NoticeFacts,
  type NoticeLimits,
  type NoticeRecord,
} from "../../src/notices/model";
import { filled, PLACEHOLDERS, TEMPLATES, unknownPlaceholders } from "../../src/notices/texts";
import { customer } from "../access/support";

const TODAY = "2026-11-23";
const CONTACTS = { contact: "ops@acme.example", owner: "jo@vendor.example" };

function due(facts: Partial<NoticeFacts>, record: NoticeRecord = EMPTY_RECORD, owner?: string) {
  const all = { customers: [], today: TODAY, budgets: [], keys: new Map(), ...facts };
  const options = { templates: TEMPLATES, ...(owner === undefined ? {} : { owner }) };
  return dueNotices(all, record, options);
}

const keysOf = (facts: Partial<NoticeFacts>, record?: NoticeRecord) =>
  due(facts, record).notices.map(({ key }) => key);

describe("a notice", () => {
  const ending = (expires: string) => [customer("acme", { ...CONTACTS, expires })];

  it("of an end is due 60, 30, 14, 7 and 1 days before, and on the last day", () => {
    const days: [expires: string, threshold: number | undefined][] = [
      ["2027-01-23", undefined],
      ["2027-01-22", 60],
      ["2026-12-24", 60],
      ["2026-12-23", 30],
      ["2026-12-07", 14],
      ["2026-11-30", 7],
      ["2026-11-25", 7],
      ["2026-11-24", 1],
      ["2026-11-23", 0],
      ["2026-11-22", undefined],
    ];
    for (const [expires, threshold] of days) {
      const key = `acme/ends/${expires}/${threshold}`;
      expect(keysOf({ customers: ending(expires) }), expires).to.deep.equal(
        threshold === undefined ? [] : [`${key}/customer`, `${key}/owner`],
      );
    }
  });

  it("names what it is about, and goes to the contact and the owner", () => {
    expect(due({ customers: ending("2026-12-03") }).notices).to.deep.equal([
      {
        key: "acme/ends/2026-12-03/14/customer",
        kind: "ends",
        audience: "customer",
        customer: "acme",
        to: "ops@acme.example",
        subject: "Your access to our container images ends in 10 days",
        text: "Dear acme Ltd,\n\nyour access to our container images (edge-agent) ends in 10 days: the last day is 2026-12-03 (UTC). After that day, pulls are refused.\n\nIf you want to keep it, please reply to this message.",
      },
      {
        key: "acme/ends/2026-12-03/14/owner",
        kind: "ends",
        audience: "owner",
        customer: "acme",
        to: "jo@vendor.example",
        subject: "acme Ltd: access ends in 10 days",
        text: "The access of acme Ltd (acme) to edge-agent ends in 10 days; the last day is 2026-12-03 (UTC).\n\nTo renew it, change `expires` in its customer file, or in the sales system that the file comes from.",
      },
    ]);
  });

  it("goes to the caller's owner where a file names none, and to no one without", () => {
    const customers = [customer("acme", { expires: TODAY })];
    const receivers = (owner?: string) =>
      due({ customers }, EMPTY_RECORD, owner).notices.map(({ to }) => to);
    expect(receivers()).to.deep.equal([undefined, undefined]);
    expect(receivers("team@vendor.example")).to.deep.equal([undefined, "team@vendor.example"]);
  });

  it("is not due again once it was sent, and is for a later end", () => {
    const { notices, record } = due({ customers: ending("2026-12-03") });
    const sent = notices.reduce((known, notice) => withSent(known, notice, TODAY), record);
    expect(keysOf({ customers: ending("2026-12-03") }, sent)).to.deep.equal([]);
    expect(keysOf({ customers: ending("2026-12-04") }, sent)).to.have.length(2);
    // Years later the record does not hold it any more.
    expect(due({ today: "2029-01-01" }, sent).record).to.deep.equal(EMPTY_RECORD);
  });

  it("of an end is not due while the customer is suspended or has no repository", () => {
    const changes = [{ status: "suspended" as const }, { repositories: [] }];
    for (const change of changes) {
      expect(keysOf({ customers: [customer("acme", { expires: TODAY, ...change })] })).to.be.empty;
    }
  });

  it("of a suspension is due after 90 days, counted from the first run that saw it", () => {
    const customers = [customer("acme", { status: "suspended" })];
    const { record } = due({ customers });
    expect(record.since).to.deep.equal({ "acme/suspended": TODAY });
    expect(keysOf({ customers, today: "2027-02-20" }, record)).to.deep.equal([]);
    expect(keysOf({ customers, today: "2027-02-21" }, record)).to.deep.equal([
      "acme/suspended/2026-11-23/owner",
    ]);
    expect(due({ customers: [customer("acme")] }, record).record.since).to.deep.equal({});
  });

  it("of a key is due by its age, when it was never used, and when two stay active", () => {
    const keys = (...list: { generation: number; since: string; lastUsed?: string | null }[]) => ({
      customers: [customer("acme")],
      keys: new Map([["acme", list.map((one) => ({ isActive: true, ...one }))]]),
    });
    const old = { generation: 1, since: "2026-08-25" };
    expect(keysOf(keys({ ...old, since: "2026-08-26" }))).to.deep.equal([]);
    expect(keysOf(keys(old))).to.deep.equal(["acme/key-age/1.1/owner"]);
    expect(keysOf(keys({ generation: 3, since: "2026-10-24", lastUsed: null }))).to.deep.equal([
      "acme/never-pulled/1.3/owner",
    ]);
    expect(keysOf(keys({ generation: 3, since: "2026-10-24" }))).to.deep.equal([]);
    expect(keysOf(keys(old, { generation: 2, since: "2026-11-10" }))).to.deep.equal([]);
    expect(keysOf(keys(old, { generation: 2, since: "2026-11-09" }))).to.deep.equal([
      "acme/key-overlap/1.1+2/customer",
      "acme/key-overlap/1.1+2/owner",
    ]);
  });

  it("of a key that is no longer used is due after 90 days, and again after another use", () => {
    const idle = (lastUsed: string, ...others: KeyFacts[]) => ({
      customers: [customer("acme")],
      keys: new Map([
        ["acme", [{ generation: 1, isActive: true, since: "2026-11-01", lastUsed }, ...others]],
      ]),
    });
    expect(keysOf(idle("2026-08-26"))).to.deep.equal([]);
    expect(keysOf(idle("2026-08-25"))).to.deep.equal(["acme/idle/1.1/2026-08-25/owner"]);
    expect(due(idle("2026-08-25")).notices[0]?.text).to.contain("on 2026-08-25, 90 days ago");
    expect(keysOf(idle("2026-08-01"))).to.deep.equal(["acme/idle/1.1/2026-08-01/owner"]);
    const newer = { generation: 2, isActive: true, since: "2026-11-20" };
    expect(keysOf(idle("2026-08-01", newer))).to.deep.equal([]);
  });

  it("is due by the stack's own limits where it has them, and by the usual ones otherwise", () => {
    const own = (limits: NoticeLimits, facts: Partial<NoticeFacts>) => {
      const all = { customers: [], today: TODAY, budgets: [], keys: new Map(), ...facts };
      const options = { templates: TEMPLATES, rules: noticeRules(limits) };
      return dueNotices(all, EMPTY_RECORD, options).notices.map(({ key }) => key);
    };
    const budget = { repository: "edge-agent", customers: 9, statements: 0, used: 5_120 };
    const half = { ...budget, limit: 10_240, room: 90, level: "ok" as const };
    const facts = { customers: [customer("acme", { expires: "2026-12-23" })], budgets: [half] };
    const ends = ["acme/ends/2026-12-23/30/customer", "acme/ends/2026-12-23/30/owner"];
    expect(own({}, facts)).to.deep.equal(ends);
    expect(own({ budget: 50, users: undefined }, facts)).to.deep.equal([
      ...ends,
      ":budget/edge-agent/2026-11-23/owner",
    ]);
    expect(own({ budget: 51, ends: [] }, facts)).to.deep.equal([]);
    expect(own({ ends: [29], users: 1 }, facts)).to.deep.equal([":users/2026-11-23/owner"]);
    const key = { generation: 1, isActive: true, since: "2026-11-03" };
    const keys = { customers: [customer("acme")], keys: new Map([["acme", [key]]]) };
    expect(own({ keyAge: 21 }, keys)).to.deep.equal([]);
    expect(own({ keyAge: 20 }, keys)).to.deep.equal(["acme/key-age/1.1/owner"]);
  });

  it("of a full policy or account is due at once, and again when it fills up again", () => {
    const budget = { repository: "edge-agent", customers: 9, statements: 0, used: 9_000 };
    const near = { ...budget, limit: 10_240, room: 3, level: "near" as const };
    const moving = { awsAccount: "210987654321", withKey: true } as const;
    const users = Array.from({ length: 4_500 }, (_, at) =>
      customer(`c${at}`, at === 0 ? moving : {}),
    );
    const { notices, record } = due({ budgets: [near], customers: users });
    expect(notices.map(({ key }) => key)).to.deep.equal([
      ":budget/edge-agent/2026-11-23/owner",
      ":users/2026-11-23/owner",
    ]);
    const sent = notices.reduce((known, notice) => withSent(known, notice, TODAY), record);
    expect(keysOf({ budgets: [near], today: "2026-11-24" }, sent)).to.deep.equal([]);
    const emptied = due({ today: "2026-11-25" }, sent).record;
    expect(keysOf({ budgets: [near], today: "2026-11-26" }, emptied)).to.deep.equal([
      ":budget/edge-agent/2026-11-26/owner",
    ]);
  });
});

describe("the texts of notices", () => {
  it("name only what their occasion knows", () => {
    for (const [name, template] of Object.entries(TEMPLATES)) {
      expect(template === undefined ? ["none"] : unknownPlaceholders(name, template)).to.be.empty;
    }
    expect(
      unknownPlaceholders("ends.customer", { subject: "{days}", text: "{name}" }),
    ).to.deep.equal(["days"]);
    expect(Object.keys(TEMPLATES).map((name) => name.split(".")[0])).to.include.members(
      Object.keys(PLACEHOLDERS),
    );
  });

  it("are filled with values as they are, also where these look like placeholders", () => {
    expect(filled("{name}, {constructor} {x}", { name: "{date}" })).to.equal(
      "{date}, {constructor} {x}",
    );
  });
});
