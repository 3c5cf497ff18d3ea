import { seededRandom } from "../../sandbox/aws/seededRandom";
import type { BrownField, BrownPolicy, BrownUser, Document } from "./account";
import { Dice } from "./dice";
import { named, PULL, PULL_AND_CHECK } from "./documents";
import { foreignStatements, groupsOf, managedOf, registryPolicy } from "./policies";
import { rolesOf } from "./roles";
import { userOf } from "./users";

/** Users that one repository's policy names at most: ECR takes 10,240 characters. */
const NAMED_AT_MOST = 40;

/**
 * A brown-field account: the same for the same seed.
 *
 * @param size - number of users.
 */
export function brownField(seed: number, size: number, account = "123456789012"): BrownField {
  const dice = new Dice(seededRandom(seed));
  const catalogue = catalogueOf(dice);
  const repositories = [...catalogue.keys()];
  const accounts = Array.from(
    { length: dice.between(1, 5) },
    (_, at) => `${200_000_000_000 + seed * 100 + at}`,
  );
  const deleted = dice.chance(0.6) ? [`gone-${seed}`] : [];
  const byRepository = new Map<string, { pull: BrownUser[]; more: BrownUser[] }>(
    repositories.map((name) => [name, { pull: [], more: [] }]),
  );
  const users = Array.from({ length: size }, (_, at) => {
    const user = userOf(dice, at, account, repositories);
    for (const [repository, means] of Object.entries(user.named)) {
      const its = byRepository.get(repository);
      if (its !== undefined && its.pull.length + its.more.length < NAMED_AT_MOST) {
        its[means].push(user.user);
      }
    }
    return user.user;
  });
  const { roles, statements } = rolesOf(dice, account);
  const policies = [...catalogue].flatMap(([repository, regions]) =>
    regions.flatMap((region, index): BrownPolicy[] => {
      const its = byRepository.get(repository);
      const arns = (some: readonly BrownUser[]) =>
        some.map(({ path, name }) => `arn:aws:iam::${account}:user${path}${name}`);
      const gone = deleted.map((name) => `arn:aws:iam::${account}:user/${name}`);
      // A second region is often forgotten when a customer is added.
      const pulling = arns(its?.pull ?? []).filter(() => index === 0 || dice.chance(0.8));
      const Statement = [
        ...(pulling.length + gone.length === 0
          ? []
          : [named("Customers", { AWS: [...pulling, ...gone] }, dice.of([PULL, PULL_AND_CHECK]))]),
        ...arns(its?.more ?? []).map((arn, at) =>
          named(`More${at}`, { AWS: arn }, [...PULL, "ecr:ListImages", "ecr:DescribeImages"]),
        ),
        ...foreignStatements(dice, account, accounts),
        ...(index === 0 ? statements : []),
      ];
      if (Statement.length === 0) return [];
      return [{ repository, region, document: { Version: "2008-10-17", Statement } }];
    }),
  );
  const registries: Record<string, Document> = dice.chance(0.3)
    ? { "eu-central-1": registryPolicy(account, accounts[0] ?? account, repositories[0] ?? "") }
    : {};
  return {
    ...{ seed, account, catalogue, users, groups: groupsOf(account, repositories), roles },
    managed: managedOf(account, repositories),
    ...{ policies, registries, deleted, accounts },
  };
}

function catalogueOf(dice: Dice): Map<string, string[]> {
  const names = ["edge-agent", "firmware", "orchestrator", "sdk", "team/console", "team/worker"];
  return new Map(
    names
      .slice(0, dice.between(2, names.length))
      .map((name) => [name, dice.chance(0.3) ? ["eu-central-1", "us-east-1"] : ["eu-central-1"]]),
  );
}
