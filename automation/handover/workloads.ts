// What presents the tokens: the subjects of a customer's file tell by their form (Kubernetes, "ServiceAccount token
// volume projection"; GitHub, "OpenID Connect reference"; GitLab, "ID tokens").
import type { TokenIdentity } from "./facts";

export interface ServiceAccount {
  namespace: string;
  name: string;
}

export interface Workloads {
  /** In the order of the subjects. */
  serviceAccounts: readonly ServiceAccount[];
  isGithub: boolean;
  isGitlab: boolean;
}

/** GitHub's claims in a subject, the default one or a customized one. */
const GITHUB =
  /(?:^|:)(?:repo|repository|repository_id|repository_owner|repository_owner_id|job_workflow_ref):/;
const GITLAB = /(?:^|:)(?:project_path|project_id|namespace_path|namespace_id):/;
const KUBERNETES = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** The workloads whose tokens the role accepts; none of these for an issuer of another kind. */
export function workloadsOf({ subjects }: Pick<TokenIdentity, "subjects">): Workloads {
  return {
    serviceAccounts: subjects.flatMap((subject) => {
      const [, namespace, name] = KUBERNETES.exec(subject) ?? [];
      return namespace === undefined || name === undefined ? [] : [{ namespace, name }];
    }),
    isGithub: subjects.some((subject) => GITHUB.test(subject)),
    isGitlab: subjects.some((subject) => GITLAB.test(subject)),
  };
}

/** One service account of each namespace: a pull secret is in one namespace, and one CronJob renews it. */
export function renewingAccounts(accounts: readonly ServiceAccount[]): ServiceAccount[] {
  const first = new Map<string, ServiceAccount>();
  for (const account of accounts) {
    if (!first.has(account.namespace)) first.set(account.namespace, account);
  }
  return [...first.values()];
}
