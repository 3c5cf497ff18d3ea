import { principalsAt, type ReadBack } from "../automation/update/readBack";
import { pullTagKey } from "../src/access/tags";
import type { StackInput } from "../src/project";

/** Who can pull what, from what AWS holds: repository → customers' users, roles and accounts, sorted. */
export function pullersInAws(found: ReadBack, { config }: StackInput): Map<string, string[]> {
  const pullers = new Map<string, string[]>();
  const principals = principalsAt(found);
  for (const [repository, { regions }] of config.repositories) {
    const named = regions.flatMap((region) => principals.get(`${repository}@${region}`) ?? []);
    const identities = [...found.users, ...found.roles].filter(
      ({ arn, tags }) => named.includes(arn) || tags?.[pullTagKey(repository)] !== undefined,
    );
    const accounts = named.filter((arn) => arn.endsWith(":root"));
    pullers.set(repository, [...identities.map(({ name }) => name), ...accounts].sort());
  }
  return pullers;
}
