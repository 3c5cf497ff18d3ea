import type { RepositoryPolicyAt } from "../access/stackPolicies";
import { statementsOf } from "../access/presentPolicy";
import type { AccountContext } from "../account/context";
import { placeKey } from "../account/observed";

/** The policy of a repository in one region that no update writes. */
export interface LeftPolicy {
  repository: string;
  region: string;
}

/**
 * Policies made by hand that the update neither writes nor removes, because it declares none there: with
 * `grants: tagged` customers pull by their tags, and nothing of others is left to declare. They stay in AWS, and
 * `drift` reports them, until someone deletes them.
 *
 * @param declared - the policies that the update writes.
 */
export function leftPolicies(
  { settings, observed }: AccountContext,
  declared: readonly RepositoryPolicyAt[],
): LeftPolicy[] {
  const written = new Set(declared.map(({ repository, region }) => placeKey(repository, region)));
  return [...settings.repositories].flatMap(([repository, { regions }]) =>
    regions
      .filter((region) => {
        const place = placeKey(repository, region);
        const document = observed.repositories.get(place)?.policy?.document;
        return !written.has(place) && statementsOf(document).length > 0;
      })
      .map((region) => ({ repository, region })),
  );
}
