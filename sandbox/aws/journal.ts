import type { AwsAnswer } from "./awsAnswer";
import { errorCodeOf } from "./awsAnswer";
import { type AwsCall, isWrite, textOf } from "./awsCall";

/** One call as the front saw it. */
export interface JournalEntry {
  /** 0-based, in the order of arrival since the last reset. */
  index: number;
  service: string;
  action: string;
  region: string;
  accessKeyId: string;
  userAgent?: string;
  /** When it arrived. */
  at: Date;
  /** Those that name the subject of the call, by their wire names: `UserName`, `repositoryName` … */
  parameters: Record<string, string>;
  /** HTTP status; undefined while the call is in flight. Also set when the response was lost on purpose. */
  status?: number;
  /** How long its answer took; undefined while the call is in flight. */
  milliseconds?: number;
  /** AWS's error code, undefined for a successful response. */
  errorCode?: string;
}

const OF_INTEREST = [
  "UserName",
  "GroupName",
  "RoleName",
  "PolicyName",
  "PolicyArn",
  "OpenIDConnectProviderArn",
  "Url",
  "AccessKeyId",
  "Status",
  "repositoryName",
];

/** The calls to the sandbox's AWS: tests count them and look for calls that should not be there. */
export class Journal {
  #entries: JournalEntry[] = [];

  /** Records a call on its arrival; the response completes the entry. */
  begin(call: AwsCall): JournalEntry {
    const parameters: Record<string, string> = {};
    for (const name of OF_INTEREST) {
      const value = textOf(call, name);
      if (value !== undefined) parameters[name] = value;
    }
    const { service, action, region, accessKeyId, userAgent } = call;
    const index = this.#entries.length;
    const who = { service, action, region, accessKeyId, userAgent };
    const entry: JournalEntry = { index, ...who, at: new Date(), parameters };
    this.#entries.push(entry);
    return entry;
  }

  end(entry: JournalEntry, answer: AwsAnswer): void {
    entry.status = answer.status;
    entry.milliseconds = Date.now() - entry.at.getTime();
    entry.errorCode = errorCodeOf(answer);
  }

  /** All calls since the last reset, in the order of arrival; only those of `action` when it is given. */
  calls(action?: string): readonly JournalEntry[] {
    return this.#entries.filter((entry) => action === undefined || entry.action === action);
  }

  /** How many of them were not Get, List or Describe calls, refused ones included. */
  writes(): number {
    return this.#entries.filter((entry) => isWrite(entry.action)).length;
  }

  reset(): void {
    this.#entries = [];
  }
}
