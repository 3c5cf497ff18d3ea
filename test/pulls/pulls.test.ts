/**
 * Proves which events are pulls, whose they are by ARN and key, who is idle, and that the record of what was read has
 * no event twice and no gap, whatever the order in which stretches of time are asked for. The example event is that of
 * the ECR User Guide, "Logging Amazon ECR actions with AWS CloudTrail".
 */
import { expect } from "chai";
import fc from "fast-check";
import {
  customersOfPull,
  idleCustomers,
  lastPulls,
  withCustomers,
} from "../../src/pulls/customers";
import { pullOf } from "../../src/pulls/event";
import { NO_PULLS, type Pull, type PullRecord } from "../../src/pulls/model";
import { isoTime, windowsToRead, withWindow } from "../../src/pulls/record";
import { customerOf } from "../report/facts";

const EVENT = {
  eventVersion: "1.04",
  userIdentity: {
    type: "IAMUser",
    principalId: "123456789012:account_name",
    arn: "arn:aws:iam::123456789012:user/customers/acme",
    accountId: "123456789012",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    userName: "acme",
  },
  eventTime: "2019-04-15T16:42:14Z",
  eventSource: "ecr.amazonaws.com",
  eventName: "BatchGetImage",
  awsRegion: "us-east-2",
  sourceIPAddress: "203.0.113.12",
  userAgent: "console.amazonaws.com",
  requestParameters: {
    imageIds: [{ imageTag: "latest" }],
    acceptedMediaTypes: ["application/json"],
    repositoryName: "testrepo",
    registryId: "123456789012",
  },
  responseElements: null,
  requestID: "1fe0ba34-5f9d-11e9-8c1a-EXAMPLE",
  eventID: "2e1ed31b-86ca-4bd5-9f23-EXAMPLE",
  eventType: "AwsApiCall",
};

const PULL: Pull = {
  id: EVENT.eventID,
  at: EVENT.eventTime,
  region: "us-east-2",
  arn: EVENT.userIdentity.arn,
  key: "AKIAIOSFODNN7EXAMPLE",
  address: "203.0.113.12",
  repository: "testrepo",
  image: "latest",
};

describe("an event of CloudTrail", () => {
  it("is a pull when it is ECR's BatchGetImage, answered or refused", () => {
    expect(pullOf(EVENT)).to.deep.equal(PULL);
    expect(pullOf({ ...EVENT, errorCode: "AccessDenied", requestParameters: null })).to.deep.equal({
      ...PULL,
      repository: "",
      image: "",
      error: "AccessDenied",
    });
    const imageIds = [{ imageDigest: "sha256:1" }, { imageTag: "2" }];
    const requestParameters = { ...EVENT.requestParameters, imageIds };
    expect(pullOf({ ...EVENT, requestParameters })?.image).to.equal("sha256:1,2");
  });

  it("is not made from another call, another service's, or from an incomplete event", () => {
    for (const other of [
      { ...EVENT, eventName: "GetDownloadUrlForLayer" },
      { ...EVENT, eventSource: "other.amazonaws.com" },
      { ...EVENT, eventID: 1 },
      { ...EVENT, eventTime: "yesterday" },
      ...[null, "text", 1, [], {}],
    ]) {
      expect(pullOf(other)).to.equal(undefined);
    }
  });
});

describe("a pull", () => {
  const customers = [
    customerOf("acme", {
      keys: [{ generation: 2, status: "active" }],
      handedOver: [{ generation: 2, key: "AKIATWO", on: "2026-01-01", to: "passphrase" }],
      adopted: { user: "AIDA1", keys: [{ generation: 1, key: "AKIAONE" }] },
    }),
    customerOf("named", { userName: "Old_Name" }),
    customerOf("account", { keys: [], awsAccount: "210987654321" }),
    customerOf("token", {
      keys: [],
      oidc: { issuer: "https://token.example", audience: "a", subjects: ["s"] },
    } as never),
  ];
  const known = (arn: string, key = "") => {
    const settings = { account: "123456789012", namePrefix: "" };
    const [found] = withCustomers([{ ...PULL, arn, key }], customers, settings);
    return [found?.customer, found?.as];
  };

  it("is that of the customer whose user, role or account it is, with the key's generation", () => {
    const user = "arn:aws:iam::123456789012:user/customers/acme";
    expect(known(user, "AKIAONE")).to.deep.equal(["acme", "key 1"]);
    expect(known(user, "AKIATWO")).to.deep.equal(["acme", "key 2"]);
    expect(known(user, "AKIA3")).to.deep.equal(["acme", "key AKIA3"]);
    expect(known("arn:aws:iam::123456789012:user/customers/Old_Name", "K")).to.deep.equal([
      "named",
      "key K",
    ]);
    expect(known("arn:aws:sts::210987654321:assumed-role/ci/1")).to.deep.equal([
      "account",
      "role ci of 210987654321",
    ]);
    for (const whole of ["root", "federated-user/ci"]) {
      expect(known(`arn:aws:sts::210987654321:${whole}`)[0], whole).to.equal("account");
    }
    expect(known("210987654321")).to.deep.equal(["account", "AWS account 210987654321"]);
    expect(known("arn:aws:sts::123456789012:assumed-role/token/session")).to.deep.equal([
      "token",
      "role token",
    ]);
  });

  it("is no customer's when none has that user, role or account", () => {
    expect(known("arn:aws:iam::123456789012:user/ci", "AKIA4")).to.deep.equal([
      undefined,
      "key AKIA4",
    ]);
    expect(known("arn:aws:sts::123456789012:assumed-role/deploy/1")).to.deep.equal([
      undefined,
      "role deploy",
    ]);
    expect(known("arn:aws:iam::123456789012:root")).to.deep.equal([undefined, "root"]);
    expect(known("arn:aws:sts::999999999999:assumed-role/token/1")[0]).to.equal(undefined);
  });

  it("of an account that customers share is that of whose file names the role, else it may be each one's", () => {
    const account = (id: string, awsRoles?: string[]) => {
      const awsAccount = "210987654321";
      return customerOf(id, { keys: [], awsAccount, ...(awsRoles && { awsRoles }) });
    };
    const settings = { account: "123456789012", namePrefix: "" };
    const whose = (sharing: ReturnType<typeof account>[], arn: string) => {
      const [found] = withCustomers([{ ...PULL, arn }], sharing, settings);
      return found && customersOfPull(found);
    };
    const whole = [account("north"), account("south")];
    const roles = [account("ci", ["build/ci"]), account("ops", ["ops"])];
    const session = (role: string) => `arn:aws:sts::210987654321:assumed-role/${role}/1`;
    expect(whose([...whole, ...roles], session("ci"))).to.deep.equal(["ci"]);
    expect(whose([...whole, ...roles], session("other"))).to.deep.equal(["north", "south"]);
    expect(whose(roles, "210987654321")).to.deep.equal(["ci", "ops"]);
    const pulls = withCustomers([{ ...PULL, arn: session("x") }], whole, settings);
    expect([...lastPulls(pulls).keys()]).to.deep.equal(["north", "south"]);
  });

  it("makes a customer not idle when AWS answered it", () => {
    const of = (customer: string, at: string, error?: string) => ({
      ...PULL,
      ...{ customer, at, as: "key 1" },
      ...(error === undefined ? {} : { error }),
    });
    const last = lastPulls([
      of("acme", "2026-11-02T00:00:00Z"),
      of("acme", "2026-11-01T00:00:00Z"),
      of("named", "2026-10-01T00:00:00Z"),
      of("account", "2026-11-20T00:00:00Z", "AccessDenied"),
    ]);
    expect([...last]).to.deep.equal([
      ["acme", "2026-11-02T00:00:00Z"],
      ["named", "2026-10-01T00:00:00Z"],
    ]);
    const entitled = new Set(["acme", "named", "account"]);
    const idle = idleCustomers(customers, entitled, last, "2026-11-01");
    expect(idle.map(({ customer, lastPull }) => [customer, lastPull])).to.deep.equal([
      ["account", undefined],
      ["named", "2026-10-01T00:00:00Z"],
    ]);
  });
});

describe("the record of what was read", () => {
  const START = Date.UTC(2026, 0, 1);
  const HOUR = 3_600_000;
  const time = (hour: number) => isoTime(START + hour * HOUR);

  const ALL = Array.from({ length: 24 * 12 }, (_, hour) => ({
    ...PULL,
    id: String(hour),
    at: time(hour),
  }));

  /** Reads windows from a history of one pull an hour, as CloudTrail would answer. */
  function readAll(record: PullRecord, since: number, now: number): PullRecord {
    const windows = windowsToRead(record.regions["r"], time(since), time(now));
    return windows.reduce((known, { from, through }) => {
      const read = ALL.filter(({ at }) => at >= from && at <= through);
      return withWindow(known, "r", { from, through }, read);
    }, record);
  }

  it("has every pull of the time that it covers once, in whatever order it was asked for", () => {
    const hours = fc.integer({ min: 0, max: 24 * 12 - 1 });
    const runs = fc.array(fc.tuple(hours, hours), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(runs, (asked) => {
        let [record, now] = [NO_PULLS, 0];
        for (const [a, b] of asked) {
          now = Math.max(now, a, b);
          const since = Math.min(a, b);
          record = readAll(record, since, now);
          const { from = "", through = "" } = record.regions["r"] ?? {};
          expect([from <= time(since), through]).to.deep.equal([true, time(now)]);
          const ids = record.pulls.map(({ id }) => id);
          expect(new Set(ids).size).to.equal(ids.length);
          const covered = record.pulls.filter(({ at }) => at >= from && at <= through);
          expect(covered).to.have.length((Date.parse(through) - Date.parse(from)) / HOUR + 1);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("asks again for the last hour only, and for nothing that it has", () => {
    const known = { from: time(0), through: time(100) };
    expect(windowsToRead(known, time(10), time(101))).to.deep.equal([
      { from: time(99), through: time(101) },
    ]);
    expect(windowsToRead(undefined, time(0), time(1))).to.deep.equal([
      { from: time(0), through: time(1) },
    ]);
    expect(windowsToRead(undefined, time(0), time(24 * 9))).to.have.length(3);
  });
});
