import type { Grant } from "./model";

/** Repository → its grants, for each list that was asked about: with many repositories, filtering it for each takes long. */
const indexes = new WeakMap<readonly Grant[], ReadonlyMap<string, readonly Grant[]>>();

/** The grants of one repository, in the list's order. */
export function grantsOf(grants: readonly Grant[], repository: string): readonly Grant[] {
  let index = indexes.get(grants);
  if (index === undefined) {
    index = byRepository(grants);
    indexes.set(grants, index);
  }
  return index.get(repository) ?? [];
}

function byRepository(grants: readonly Grant[]): Map<string, Grant[]> {
  const index = new Map<string, Grant[]>();
  for (const grant of grants) {
    const its = index.get(grant.repository);
    if (its === undefined) index.set(grant.repository, [grant]);
    else its.push(grant);
  }
  return index;
}
