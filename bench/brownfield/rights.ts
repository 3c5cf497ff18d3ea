import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  GetRepositoryPolicyCommand,
  InitiateLayerUploadCommand,
  ListImagesCommand,
} from "@aws-sdk/client-ecr";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import pMap from "p-map";
import type { AwsAccess } from "../../sandbox/awsView";
import { arnsOf, type BrownField } from "./account";
import type { PlantedKey } from "./plant";

const AT_ONCE = 16;
const LAYER = `sha256:${"0".repeat(64)}`;

/** Someone with credentials, by the ARN that it had when it was planted. */
export interface Asker {
  arn: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

/** Actions on a repository, each as a call that changes nothing when it is allowed. */
const CALLS: Readonly<Record<string, (ecr: ECRClient, repository: string) => Promise<unknown>>> = {
  "ecr:BatchGetImage": (ecr, repositoryName) =>
    ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: "none" }] })),
  "ecr:GetDownloadUrlForLayer": (ecr, repositoryName) =>
    ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: LAYER })),
  "ecr:BatchCheckLayerAvailability": (ecr, repositoryName) =>
    ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [LAYER] })),
  "ecr:InitiateLayerUpload": (ecr, repositoryName) =>
    ecr.send(new InitiateLayerUploadCommand({ repositoryName })),
  "ecr:BatchDeleteImage": (ecr, repositoryName) =>
    ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: "none" }] })),
  "ecr:ListImages": (ecr, repositoryName) => ecr.send(new ListImagesCommand({ repositoryName })),
  "ecr:DescribeImages": (ecr, repositoryName) =>
    ecr.send(new DescribeImagesCommand({ repositoryName })),
  "ecr:DescribeRepositories": (ecr, name) =>
    ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] })),
  "ecr:GetRepositoryPolicy": (ecr, repositoryName) =>
    ecr.send(new GetRepositoryPolicyCommand({ repositoryName })),
};

/** Everyone of a field who has credentials: users with an active key, and roles that the account may assume. */
export async function askersOf(
  field: BrownField,
  keys: readonly PlantedKey[],
  access: AwsAccess,
): Promise<Asker[]> {
  const arns = arnsOf(field);
  const users = keys.flatMap(({ user, status, accessKeyId, secretAccessKey }): Asker[] =>
    status === "Active"
      ? [{ arn: arns.get(user) ?? user, credentials: { accessKeyId, secretAccessKey } }]
      : [],
  );
  // One key of each user: both have the same rights.
  const byArn = new Map(users.map((one) => [one.arn, one]));
  const sts = new STSClient(access);
  const roles = await pMap(
    field.roles.filter(({ trust }) => JSON.stringify(trust).includes(`${field.account}:root`)),
    async ({ name, path }): Promise<Asker> => {
      const arn = `arn:aws:iam::${field.account}:role${path}${name}`;
      const session = { RoleArn: arn, RoleSessionName: "asking" };
      const { Credentials: found } = await sts.send(new AssumeRoleCommand(session));
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = found ?? {};
      return {
        arn,
        credentials: {
          accessKeyId: AccessKeyId,
          secretAccessKey: SecretAccessKey,
          sessionToken: SessionToken,
        },
      };
    },
  );
  sts.destroy();
  return [...byArn.values(), ...roles];
}

/**
 * What everyone may do, by what AWS answers to calls that they sign: the login, and each action on each repository of the
 * catalogue in each of its regions.
 *
 * @returns ARN → rights, e.g. `ecr:ListImages edge-agent@eu-central-1`.
 */
export async function rightsOf(
  field: BrownField,
  askers: readonly Asker[],
  access: AwsAccess,
): Promise<Map<string, Set<string>>> {
  const regions = new Set([...field.catalogue.values()].flat());
  const rights = new Map(askers.map(({ arn }) => [arn, new Set<string>()]));
  const questions = askers.flatMap(({ arn, credentials }) =>
    [...regions].flatMap((region, index) => {
      const ecr = new ECRClient({ ...access, region, credentials, maxAttempts: 1 });
      const login = {
        ...{ arn, right: "ecr:GetAuthorizationToken" },
        ask: () => ecr.send(new GetAuthorizationTokenCommand({})),
      };
      const places = [...field.catalogue].filter(([, its]) => its.includes(region));
      const asked = places.flatMap(([repository]) =>
        Object.entries(CALLS).map(([action, call]) => ({
          ...{ arn, right: `${action} ${repository}@${region}` },
          ask: () => call(ecr, repository),
        })),
      );
      return index === 0 ? [login, ...asked] : asked;
    }),
  );
  await pMap(
    questions,
    async ({ arn, right, ask }) => {
      if (await isAllowed(ask)) rights.get(arn)?.add(right);
    },
    { concurrency: AT_ONCE },
  );
  return rights;
}

/** Answers of ECR to a call that it has let through, and that asks for what does not exist. */
const LET_THROUGH = new Set(["LayersNotFoundException", "RepositoryPolicyNotFoundException"]);

/** @throws Error for an answer that neither allows nor denies. */
async function isAllowed(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    const { name } = error as Error;
    if (name === "AccessDeniedException") return false;
    if (LET_THROUGH.has(name)) return true;
    throw error;
  }
}

/** One right of one principal that is not as it was. */
export interface ChangedRight {
  change: "gains" | "loses";
  arn: string;
  right: string;
}

/** The rights that differ, in a fixed order. */
export function changedRights(
  before: ReadonlyMap<string, ReadonlySet<string>>,
  after: ReadonlyMap<string, ReadonlySet<string>>,
): ChangedRight[] {
  return [...before].flatMap(([arn, had]) => {
    const has = after.get(arn) ?? new Set<string>();
    return [
      ...[...had].filter((right) => !has.has(right)).map((right) => lost(arn, right)),
      ...[...has].filter((right) => !had.has(right)).map((right) => gained(arn, right)),
    ];
  });
}

const lost = (arn: string, right: string): ChangedRight => ({ change: "loses", arn, right });
const gained = (arn: string, right: string): ChangedRight => ({ change: "gains", arn, right });
