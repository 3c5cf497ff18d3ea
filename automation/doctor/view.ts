import pMap from "p-map";
import { GROUP_NAME, userName } from "../../src/access/arns";
import type { StackConfig } from "../../src/config";
import type { Customer } from "../../src/customers/model";
import type { AwsClient, ListedUser, UserView } from "../aws/client";
import type { ObservedKey } from "../keys/observe";
import { observeKeys } from "../keys/observe";

/** A repository's policy in one region; `document` is undefined when it has none. */
export interface PolicyView {
  repository: string;
  region: string;
  document: unknown;
}

/** What AWS holds about one customer. */
export interface DoctorView {
  /** Undefined when there is no such user. */
  user?: UserView;
  keys: ObservedKey[];
  /** Managed policies of the customers' group; undefined when there is no such group. */
  groupPolicies?: string[];
  /** One for each repository of the catalogue and each of its regions. */
  policies: PolicyView[];
  /** All users under `/customers/`: policies name ARNs, but AWS binds them to unique ids. */
  users: ListedUser[];
}

type DoctorCalls = Pick<
  AwsClient,
  "users" | "accessKeys" | "keyLastUse" | "groupPolicies" | "repositoryPolicy" | "listUsers"
>;

const AT_ONCE = 8;

/** Reads what `diagnose` needs. Writes nothing, and needs no engine. */
export async function readDoctorView(
  aws: DoctorCalls,
  { id, awsAccount }: Customer,
  config: StackConfig,
): Promise<DoctorView> {
  const places = [...config.repositories].flatMap(([repository, { regions }]) =>
    regions.map((region) => ({ repository, region })),
  );
  const policies = await pMap(
    places,
    async ({ repository, region }) => ({
      repository,
      region,
      document: await aws.repositoryPolicy(repository, region),
    }),
    { concurrency: AT_ONCE },
  );
  if (awsAccount !== undefined) return { keys: [], policies, users: [] };
  const name = userName(config.namePrefix, id);
  const [[user], observed, groupPolicies, users] = await Promise.all([
    aws.users([name]),
    observeKeys(aws, [name]),
    aws.groupPolicies(`${config.namePrefix}${GROUP_NAME}`),
    aws.listUsers(),
  ]);
  return {
    ...(user === undefined ? {} : { user }),
    keys: observed.get(name) ?? [],
    ...(groupPolicies === undefined ? {} : { groupPolicies }),
    policies,
    users,
  };
}
