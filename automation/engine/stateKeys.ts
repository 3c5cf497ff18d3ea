import type { ExportedState } from "./recovery";

const ACCESS_KEY = "aws:iam/accessKey:AccessKey";

/** Access keys by the names that the program gives them, `<customer>-<generation>`: their ids in AWS. */
export type StateKeys = ReadonlyMap<string, string>;

/** The access keys that a state holds; no secret is looked at. */
export function stateKeys({ deployment: { resources = [] } }: ExportedState): StateKeys {
  return new Map(
    resources
      .filter(({ type, id }) => type === ACCESS_KEY && id !== undefined)
      // On its way out: another resource of the same name may have taken its place.
      .filter((resource) => (resource as { delete?: boolean }).delete !== true)
      .map(({ urn, id = "" }) => [urn.slice(urn.lastIndexOf("::") + 2), id]),
  );
}

/** What `matchKeys` asks, for one customer. */
export function generationIds(keys: StateKeys, customer: string) {
  return (generation: number): string | undefined => keys.get(`${customer}-${generation}`);
}
