import type { Administrator } from "./administrator";
import { type AwsAnswer, AwsRefusal, escapeXml, xmlText } from "./awsAnswer";
import { textOf } from "./awsCall";
import type { FrontRule } from "./frontRule";
import type { KeyUses } from "./keyUse";

/** A job's report covers the uses until it was asked for. */
interface Job {
  arn: string;
  granularity: string;
  at: Date;
  /** Whether it has been asked for once: AWS's reports are not ready at once. */
  asked: boolean;
}

/**
 * Which services and actions a user has used, by the keys that it has now. AWS's own report lags behind by up to four
 * hours, and keeps the uses of keys that are deleted (IAM User Guide, "Refine permissions using last accessed
 * information").
 */
export class ServiceLastAccessed {
  readonly #administrator: Administrator;
  readonly #keyUses: KeyUses;
  readonly #jobs = new Map<string, Job>();

  constructor(administrator: Administrator, keyUses: KeyUses) {
    this.#administrator = administrator;
    this.#keyUses = keyUses;
  }

  rules(): FrontRule[] {
    return [
      {
        service: "iam",
        actions: ["GenerateServiceLastAccessedDetails"],
        apply: async (call, next) => {
          const answer = await next();
          const id = xmlText(answer, "JobId");
          if (answer.status !== 200 || id === undefined) return answer;
          const granularity = textOf(call, "Granularity") ?? "SERVICE_LEVEL";
          const arn = textOf(call, "Arn") ?? "";
          this.#jobs.set(id, { arn, granularity, at: new Date(), asked: false });
          return answer;
        },
      },
      {
        service: "iam",
        actions: ["GetServiceLastAccessedDetails"],
        apply: async (call, next) => {
          const answer = await next();
          if (answer.status !== 200) return answer;
          const id = textOf(call, "JobId") ?? "";
          const job = this.#jobs.get(id);
          if (job === undefined) {
            throw new AwsRefusal("NoSuchEntity", `JobId ${id} cannot be found.`, 404);
          }
          const isComplete = job.asked;
          job.asked = true;
          return withResult(answer, isComplete ? await this.#report(job) : "IN_PROGRESS");
        },
      },
    ];
  }

  async #report({ arn, granularity, at }: Job): Promise<string[]> {
    const user = arn.slice(arn.lastIndexOf("/") + 1);
    const services = new Map<string, Map<string, Date>>();
    for (const key of await this.#administrator.accessKeys(user)) {
      for (const { service, action, at: used } of this.#keyUses.actionsOf(key)) {
        const actions = services.get(service) ?? new Map<string, Date>();
        services.set(service, actions);
        if (used <= at) actions.set(action, later(actions.get(action), used));
      }
    }
    return [...services].map(([service, actions]) => {
      const last = [...actions.values()].reduce(later);
      const tracked = [...actions].map(
        ([action, used]) =>
          `<member><ActionName>${escapeXml(action)}</ActionName>` +
          `<LastAccessedTime>${used.toISOString()}</LastAccessedTime></member>`,
      );
      return (
        `<member><ServiceName>${escapeXml(service)}</ServiceName>` +
        `<ServiceNamespace>${escapeXml(service)}</ServiceNamespace>` +
        `<LastAuthenticated>${last.toISOString()}</LastAuthenticated>` +
        (granularity === "ACTION_LEVEL"
          ? `<TrackedActionsLastAccessed>${tracked.join("")}</TrackedActionsLastAccessed>`
          : "") +
        "</member>"
      );
    });
  }
}

function later(one: Date | undefined, other: Date): Date {
  return one !== undefined && one > other ? one : other;
}

function withResult(answer: AwsAnswer, services: string[] | "IN_PROGRESS"): AwsAnswer {
  const now = new Date().toISOString();
  const result =
    services === "IN_PROGRESS"
      ? `<JobStatus>IN_PROGRESS</JobStatus><JobCreationDate>${now}</JobCreationDate>`
      : `<JobStatus>COMPLETED</JobStatus><JobCreationDate>${now}</JobCreationDate>` +
        `<JobCompletionDate>${now}</JobCompletionDate><IsTruncated>false</IsTruncated>` +
        `<ServicesLastAccessed>${services.join("")}</ServicesLastAccessed>`;
  const text = answer.body.toString("utf8");
  const element =
    /(<GetServiceLastAccessedDetailsResult>).*(<\/GetServiceLastAccessedDetailsResult>)/s;
  return {
    ...answer,
    body: Buffer.from(text.replace(element, (_, start, end) => `${start}${result}${end}`)),
  };
}
