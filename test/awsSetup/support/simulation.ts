import { runSimulation } from "@cloud-copilot/iam-simulate";
import { ACCOUNT, type Document } from "./documents";

export interface Request {
  /** `iam:CreateUser` */
  action: string;
  /** ARN; `*` for what knows no resource. */
  resource: string;
  /** The role that asks, unless another principal is given. */
  principal?: string;
  context?: Readonly<Record<string, string | string[]>>;
}

export interface Policies {
  identity: readonly Document[];
  /** Service control policies of the organization, beside the one that allows everything. */
  organization?: readonly Document[];
  /** Policy of the resource. */
  resource?: unknown;
}

const FULL_ACCESS = {
  name: "FullAWSAccess",
  policy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  },
};

/**
 * What IAM would decide, by the simulator: "Allowed", "ImplicitlyDenied" or "ExplicitlyDenied". The
 * simulator fills in no context key, so those that a condition asks for are given with the request.
 *
 * @throws Error when the simulator does not understand a policy or the request: it must not read as "no".
 */
export async function decision(request: Request, policies: Policies): Promise<string> {
  const { action, resource, principal = `arn:aws:iam::${ACCOUNT}:role/asking` } = request;
  const organization = policies.organization ?? [];
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { "aws:PrincipalArn": principal, ...request.context },
      },
      identityPolicies: policies.identity.map((policy, index) => ({ name: `p${index}`, policy })),
      serviceControlPolicies:
        organization.length === 0
          ? []
          : [
              {
                orgIdentifier: "r-root",
                policies: [
                  FULL_ACCESS,
                  ...organization.map((policy, index) => ({ name: `scp${index}`, policy })),
                ],
              },
            ],
      resourceControlPolicies: [],
      resourcePolicy: policies.resource,
    },
    {},
  );
  if (result.resultType !== "single") throw new Error(`${action}: ${JSON.stringify(result)}`);
  return result.overallResult;
}
