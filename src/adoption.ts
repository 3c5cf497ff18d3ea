/**
 * What exists in AWS and is taken into the state by an update instead of being created, by `adoptedName` → the id that
 * Pulumi imports it by.
 */
export type Adoption = ReadonlyMap<string, string>;

/** The types that AWS refuses to create a second time, and access keys, of which each is another one. */
export const ADOPTABLE = {
  user: "aws:iam/user:User",
  key: "aws:iam/accessKey:AccessKey",
  group: "aws:iam/group:Group",
  policy: "aws:iam/policy:Policy",
} as const;

export type Adoptable = (typeof ADOPTABLE)[keyof typeof ADOPTABLE];

/** A resource's name in an adoption: the end of its URN. */
export function adoptedName(type: Adoptable, logicalName: string): string {
  return `${type}::${logicalName}`;
}
