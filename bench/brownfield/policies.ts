import type { BrownGroup, Document } from "./account";
import type { Dice } from "./dice";
import {
  ADMINISTRATOR,
  allow,
  arnOf,
  EVERYTHING_IN_ECR,
  login,
  named,
  ONLY_ECR,
} from "./documents";
import { policyOf, PULL, PULL_AND_CHECK, READ_ONLY } from "./documents";

/** The managed policies of the account. */
export function managedOf(
  account: string,
  repositories: readonly string[],
): Record<string, Document> {
  return {
    AmazonEC2ContainerRegistryReadOnly: READ_ONLY,
    "ecr-everything": EVERYTHING_IN_ECR,
    "administrator-copy": ADMINISTRATOR,
    "boundary-ecr": ONLY_ECR,
    "pull-first": policyOf(login, allow(PULL, arnOf(account, repositories[0] ?? ""))),
  };
}

/** The groups of the account. */
export function groupsOf(account: string, repositories: readonly string[]): BrownGroup[] {
  const tagged = {
    Condition: { StringEquals: { "aws:PrincipalTag/product": repositories[0] ?? "" } },
  };
  return [
    { name: "ecr-login", inline: { login: policyOf(login) }, attached: [] },
    { name: "ecr-pullers", inline: {}, attached: ["pull-first"] },
    {
      name: "by-tag",
      inline: {
        tagged: policyOf(login, allow(PULL, arnOf(account, repositories[0] ?? ""), tagged)),
      },
      attached: [],
    },
    { name: "developers", inline: { s3: policyOf(allow("s3:GetObject", "*")) }, attached: [] },
  ];
}

/** Statements for others than customers. */
export function foreignStatements(
  dice: Dice,
  account: string,
  accounts: readonly string[],
): Document[] {
  const statements = accounts
    .filter(() => dice.chance(0.5))
    .map((one, at) => {
      const role = `arn:aws:iam::${one}:role/ci/puller`;
      const root = dice.of([one, `arn:aws:iam::${one}:root`, role]);
      return named(`Partner${at}`, { AWS: root }, dice.of([PULL, PULL_AND_CHECK]));
    });
  const lambda = named("Lambda", { Service: "lambda.amazonaws.com" }, PULL, {
    Condition: { StringLike: { "aws:sourceArn": `arn:aws:lambda:*:${account}:function:*` } },
  });
  const organization = named("Org", "*", PULL, {
    Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
  });
  const tagged = named("Tagged", "*", PULL, {
    Condition: {
      StringEquals: { "aws:PrincipalAccount": account, "aws:PrincipalTag/product": "everything" },
    },
  });
  return [
    ...statements,
    ...(dice.chance(0.3) ? [lambda] : []),
    ...(dice.chance(0.05) ? [organization] : []),
    ...(dice.chance(0.2) ? [tagged] : []),
  ];
}

/** The policy of a registry that lets another account pull one repository. */
export function registryPolicy(account: string, other: string, repository: string): Document {
  return policyOf({
    Sid: "Partner",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${other}:root` },
    Action: PULL,
    Resource: `arn:aws:ecr:eu-central-1:${account}:repository/${repository}`,
  });
}
