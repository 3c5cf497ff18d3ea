import { principalsAt, type ReadBack } from "../automation/update/readBack";
import { pullTagKey } from "../src/access/tags";
import type { StackInput } from "../src/project";

/** Who can pull what, from what AWS holds: repository → customers' users and accounts, sorted. */
export function pullersInAws(found: ReadBack, { config }: StackInput): Map<string, string[]> {
  const pullers = new Map<string, string[]>();
  const principals = principalsAt(found);
  for (const [repository, { regions }] of config.repositories) {
    const named = regions.flatMap((region) => principals.get(`${repository}@${region}`) ?? []);
    const users = found.users.filter(
      (user) => named.includes(user.arn) || user.tags?.[pullTagKey(repository)] !== undefined,
    );
    const accounts = named.filter((arn) => arn.endsWith(":root"));
    pullers.set(repository, [...users.map((user) => user.name), ...accounts].sort());
  }
  return pullers;
}
