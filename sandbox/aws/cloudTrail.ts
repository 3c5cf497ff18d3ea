// What CloudTrail records of ECR, and its event history. Events are there at once; AWS's arrive within minutes.
import { randomUUID } from "node:crypto";
import { type AwsAnswer, AwsRefusal, errorCodeOf, jsonAnswer, xmlText } from "./awsAnswer";
import { type AwsCall, headerOf } from "./awsCall";
import { callerSource, SOURCE_HEADER } from "./callerSource";
import type { FrontRule } from "./frontRule";
import type { UserDirectory } from "./userDirectory";

/** The calls that a login and a pull consist of (ECR User Guide, "Logging Amazon ECR actions with AWS CloudTrail"). */
const RECORDED = ["BatchGetImage", "GetDownloadUrlForLayer", "GetAuthorizationToken"];

/** CloudTrail API Reference, LookupEvents: two requests a second for each account and region, 50 events each. */
const CALLS_PER_SECOND = 2;
const MOST_EVENTS = 50;

interface TrailEvent {
  name: string;
  region: string;
  /** In milliseconds; CloudTrail's times are whole seconds. */
  at: number;
  userName: string;
  accessKeyId: string;
  /** The whole event. */
  text: string;
}

/** Who a key belongs to. */
type Holder = { userName: string } | { assumedRole: string };

export class CloudTrail {
  readonly #account: string;
  readonly #users: Pick<UserDirectory, "find">;
  readonly #holders = new Map<string, Holder>();
  readonly #events: TrailEvent[] = [];
  /** By region, when the latest calls were made. */
  readonly #calls = new Map<string, number[]>();

  constructor(account: string, users: Pick<UserDirectory, "find">) {
    this.#account = account;
    this.#users = users;
  }

  /** Before all others: what they refuse is recorded too. */
  rules(): FrontRule[] {
    return [
      {
        service: "iam",
        actions: ["CreateAccessKey"],
        apply: (call, next) => this.#learn(call, next),
      },
      {
        service: "sts",
        actions: ["AssumeRole", "AssumeRoleWithWebIdentity"],
        apply: (call, next) => this.#learn(call, next),
      },
      {
        service: "ecr",
        actions: RECORDED,
        apply: async (call, next) => {
          try {
            const answer = await next();
            await this.record(call, call.parameters, errorCodeOf(answer));
            return answer;
          } catch (error) {
            if (error instanceof AwsRefusal) await this.record(call, call.parameters, error.code);
            throw error;
          }
        },
      },
      { service: "cloudtrail", apply: (call) => Promise.resolve(this.#answer(call)) },
    ];
  }

  /** Records a call. Calls that are not part of a login or a pull are not recorded. */
  async record(
    call: AwsCall,
    requestParameters: Readonly<Record<string, unknown>>,
    errorCode?: string,
  ): Promise<void> {
    if (!RECORDED.includes(call.action) || call.accessKeyId === "") return;
    const { action: name, region, accessKeyId, request, userAgent } = call;
    const at = Math.floor(Date.now() / 1000) * 1000;
    const identity = await this.#identity(accessKeyId);
    const code = errorCode === undefined ? {} : { errorCode };
    const source = headerOf(request, SOURCE_HEADER) ?? callerSource();
    const text = JSON.stringify({
      eventVersion: "1.08",
      userIdentity: identity,
      eventTime: new Date(at).toISOString().replace(".000Z", "Z"),
      eventSource: "ecr.amazonaws.com",
      eventName: name,
      awsRegion: region,
      sourceIPAddress: source,
      userAgent,
      ...code,
      requestParameters: { registryId: this.#account, ...requestParameters },
      responseElements: null,
      requestID: randomUUID(),
      eventID: randomUUID(),
      readOnly: true,
      eventType: "AwsApiCall",
      managementEvent: true,
      recipientAccountId: this.#account,
      eventCategory: "Management",
    });
    const userName = "userName" in identity ? identity.userName : "";
    this.#events.push({ name, region, at, userName, accessKeyId, text });
  }

  async #learn(_call: AwsCall, next: () => Promise<AwsAnswer>): Promise<AwsAnswer> {
    const answer = await next();
    const accessKeyId = xmlText(answer, "AccessKeyId");
    if (answer.status !== 200 || accessKeyId === undefined) return answer;
    const [userName, assumedRole] = [xmlText(answer, "UserName"), xmlText(answer, "Arn")];
    if (userName !== undefined) this.#holders.set(accessKeyId, { userName });
    else if (assumedRole !== undefined) this.#holders.set(accessKeyId, { assumedRole });
    return answer;
  }

  async #identity(accessKeyId: string) {
    const holder = this.#holders.get(accessKeyId);
    const who = { accountId: this.#account, accessKeyId };
    if (holder === undefined) {
      return { type: "Root", arn: `arn:aws:iam::${this.#account}:root`, ...who };
    }
    if ("assumedRole" in holder) {
      const [, role = ""] = /:assumed-role\/([^/]+)\//.exec(holder.assumedRole) ?? [];
      const sessionIssuer = { type: "Role", accountId: this.#account, userName: role };
      const sessionContext = { sessionIssuer };
      return { type: "AssumedRole", arn: holder.assumedRole, ...who, sessionContext };
    }
    const { userName } = holder;
    const user = await this.#users.find(userName);
    const arn = user?.arn ?? `arn:aws:iam::${this.#account}:user/${userName}`;
    return { type: "IAMUser", principalId: user?.id, arn, ...who, userName };
  }

  #answer(call: AwsCall): AwsAnswer {
    if (call.action !== "LookupEvents") {
      throw new AwsRefusal("UnknownOperationException", `sandbox: ${call.action} is not supported`);
    }
    this.#throttle(call.region);
    const { StartTime: start = 0, EndTime: end = Infinity, NextToken: token } = call.parameters;
    const [attribute] = (call.parameters["LookupAttributes"] ?? []) as Record<string, string>[];
    const before = token === undefined ? this.#events.length : positionOf(token);
    const found: { event: TrailEvent; index: number }[] = [];
    // The latest first, as CloudTrail answers.
    for (let index = before - 1; index >= 0 && found.length <= MOST_EVENTS; index--) {
      const event = this.#events[index];
      if (event === undefined || event.region !== call.region) continue;
      if (event.at < Number(start) * 1000 || event.at > Number(end) * 1000) continue;
      if (
        attribute !== undefined &&
        valueOf(event, attribute["AttributeKey"]) !== attribute["AttributeValue"]
      )
        continue;
      found.push({ event, index });
    }
    const page = found.slice(0, MOST_EVENTS);
    const last = page.at(-1);
    return jsonAnswer(200, {
      Events: page.map(({ event }) => eventOf(event)),
      ...(found.length > MOST_EVENTS && last ? { NextToken: `before-${last.index}` } : {}),
    });
  }

  #throttle(region: string): void {
    const now = Date.now();
    const latest = (this.#calls.get(region) ?? []).filter((at) => now - at < 1_000);
    if (latest.length >= CALLS_PER_SECOND) {
      throw new AwsRefusal("ThrottlingException", "Rate exceeded");
    }
    this.#calls.set(region, [...latest, now]);
  }
}

function positionOf(token: unknown): number {
  const [, position] = /^before-(\d+)$/.exec(String(token)) ?? [];
  if (position === undefined) {
    throw new AwsRefusal("InvalidNextTokenException", "The token is not valid.");
  }
  return Number(position);
}

function valueOf(event: TrailEvent, key: string | undefined): string | undefined {
  if (key === "EventName") return event.name;
  if (key === "Username") return event.userName;
  if (key === "AccessKeyId") return event.accessKeyId;
  throw new AwsRefusal("InvalidLookupAttributesException", `sandbox: no lookup by ${key}`);
}

function eventOf({ name, at, userName, accessKeyId, text }: TrailEvent) {
  return {
    EventId: (JSON.parse(text) as { eventID: string }).eventID,
    EventName: name,
    EventTime: at / 1000,
    EventSource: "ecr.amazonaws.com",
    ReadOnly: "true",
    AccessKeyId: accessKeyId,
    ...(userName === "" ? {} : { Username: userName }),
    CloudTrailEvent: text,
  };
}
