import type { OciClient } from "../../../sandbox/ociClient";
import type { ToolAnswer } from "../../../sandbox/tool";

export const userArn = (user: string) => `arn:aws:iam::123456789012:user/customers/${user}`;

/** ECR's sentence; `why` is its end. */
export function notAuthorized(
  user: string,
  action: string,
  repository: string,
  why: string,
): string {
  return `User: ${userArn(user)} is not authorized to perform: ecr:${action} on resource: arn:aws:ecr:eu-central-1:123456789012:repository/${repository} ${why}`;
}

export const noGrant = (user: string, action: string, repository: string) =>
  notAuthorized(
    user,
    action,
    repository,
    `because no identity-based policy allows the ecr:${action} action`,
  );

/** Something other than a pull, and the refusal that it must get. */
export interface Attempt {
  what: string;
  action: string;
  repository: string;
  /** @param digests - repository → digest of the image that it holds. */
  call(machine: OciClient, digests: Readonly<Record<string, string>>): Promise<ToolAnswer>;
}

const ecr = (machine: OciClient, ...args: string[]) => machine.run("aws", "ecr", ...args);
const ownPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: userArn("acme") }, Action: "ecr:*" }],
});
/** What a customer's machine may try against the repositories `edge-agent`, which it may pull, and `dashboard`. */
export const ATTEMPTS: readonly Attempt[] = [
  {
    what: "a push",
    action: "InitiateLayerUpload",
    repository: "edge-agent",
    call: (machine) => machine.push("edge-agent:1.0", "not the vendor's"),
  },
  {
    what: "a new tag",
    action: "PutImage",
    repository: "edge-agent",
    call: (machine) => machine.crane("tag", machine.reference("edge-agent:1.0"), "2.0"),
  },
  {
    what: "a deletion",
    action: "BatchDeleteImage",
    repository: "edge-agent",
    call: (machine, digests) =>
      machine.crane("delete", machine.reference(`edge-agent@${digests["edge-agent"]}`)),
  },
  {
    what: "the list of tags",
    action: "ListImages",
    repository: "edge-agent",
    call: (machine) => machine.crane("ls", machine.reference("edge-agent")),
  },
  {
    what: "the list of repositories",
    action: "DescribeRepositories",
    repository: "*",
    call: (machine) => machine.crane("catalog", machine.registry),
  },
  {
    what: "the list of images",
    action: "ListImages",
    repository: "edge-agent",
    call: (machine) => ecr(machine, "list-images", "--repository-name=edge-agent"),
  },
  {
    what: "the repository's policy, which names the other customers",
    action: "GetRepositoryPolicy",
    repository: "edge-agent",
    call: (machine) => ecr(machine, "get-repository-policy", "--repository-name=edge-agent"),
  },
  {
    what: "a policy of its own making",
    action: "SetRepositoryPolicy",
    repository: "dashboard",
    call: (machine) => {
      const policy = `--policy-text=${ownPolicy}`;
      return ecr(machine, "set-repository-policy", "--repository-name=dashboard", policy);
    },
  },
];
