import type { Grant } from "./model";

/** Of a repository's regions those in which a grant works. */
export function grantRegions(
  { regions }: Pick<Grant, "regions">,
  all: readonly string[],
): readonly string[] {
  return regions === undefined ? all : all.filter((region) => regions.includes(region));
}

/** The grants that work in a region. */
export function grantsIn(grants: readonly Grant[], region: string): Grant[] {
  return grants.filter(({ regions }) => regions?.includes(region) !== false);
}
