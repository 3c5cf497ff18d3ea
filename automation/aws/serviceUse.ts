import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  type GetServiceLastAccessedDetailsCommandOutput,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { setTimeout } from "node:timers/promises";

/** When an identity last used a service, within the 400 days that AWS looks back. */
export interface ServiceUse {
  /** Its prefix in policies, e.g. `ecr`. */
  service: string;
  /** ISO 8601. */
  at: string;
  /** Action, e.g. `PutImage`, → its last use; absent for a service whose actions AWS does not track. */
  actions?: ReadonlyMap<string, string>;
}

const ATTEMPTS = 60;
const PAUSE_MILLISECONDS = 500;

/**
 * Which services and actions a user has used, also by keys that are deleted and with a password. AWS may know a use
 * only four hours later (IAM User Guide, "Refine permissions using last accessed information").
 */
export async function serviceUses(iam: IAMClient, arn: string): Promise<ServiceUse[]> {
  const { JobId } = await iam.send(
    new GenerateServiceLastAccessedDetailsCommand({ Arn: arn, Granularity: "ACTION_LEVEL" }),
  );
  let answer = await completed(iam, JobId);
  const services = answer.ServicesLastAccessed ?? [];
  while (answer.IsTruncated === true) {
    const { Marker } = answer;
    answer = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, Marker }));
    services.push(...(answer.ServicesLastAccessed ?? []));
  }
  return services.flatMap(({ ServiceNamespace, LastAuthenticated, TrackedActionsLastAccessed }) => {
    if (ServiceNamespace === undefined || LastAuthenticated === undefined) return [];
    const actions = TrackedActionsLastAccessed?.flatMap(({ ActionName, LastAccessedTime }) =>
      ActionName === undefined || LastAccessedTime === undefined
        ? []
        : [[ActionName, LastAccessedTime.toISOString()] as const],
    );
    return {
      service: ServiceNamespace,
      at: LastAuthenticated.toISOString(),
      ...(actions === undefined ? {} : { actions: new Map(actions) }),
    };
  });
}

async function completed(
  iam: IAMClient,
  JobId: string | undefined,
): Promise<GetServiceLastAccessedDetailsCommandOutput> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const answer = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }));
    if (answer.JobStatus === "COMPLETED") return answer;
    if (answer.JobStatus === "FAILED") break;
    await setTimeout(PAUSE_MILLISECONDS);
  }
  throw new Error("IAM did not complete the report of the services that a user has used");
}
