// What each commit changed for a customer, in words.
import type { Customer, OidcIdentity } from "../customers/model";
import type { Commit, Version } from "./model";

/** What a commit changed, when it is a comment only. */
export const NOTHING = "nothing that concerns access";

/** A commit, and what it changed. */
export interface Change {
  commit: Commit;
  /** Repositories that the customer could pull from then on, according to the file. */
  gained: string[];
  lost: string[];
  /** All that changed, e.g. `expires 2026-12-31 → 2027-12-31`. */
  words: string[];
}

/**
 * The changes of a file, in the order in which they came into the branch.
 *
 * @param earlier - the file before the first of the versions; a file that could not be read counts as none.
 */
export function changesOf(versions: readonly Version[], earlier?: Version["customer"]): Change[] {
  let before = earlier === "unreadable" ? undefined : earlier;
  return versions.map(({ commit, customer }) => {
    if (customer === "unreadable") {
      return { commit, gained: [], lost: [], words: ["the file could not be read"] };
    }
    const change = { commit, ...differences(before, customer) };
    before = customer;
    return change;
  });
}

const given = (customer: Customer | undefined): readonly string[] =>
  customer === undefined || customer.status === "suspended" ? [] : customer.repositories;

function differences(
  before: Customer | undefined,
  after: Customer | undefined,
): Omit<Change, "commit"> {
  const gained = given(after).filter((name) => !given(before).includes(name));
  const lost = given(before).filter((name) => !given(after).includes(name));
  if (before === undefined || after === undefined) {
    const word = after === undefined ? "deleted" : "created";
    const nothing = before === undefined && after === undefined;
    return { gained, lost, words: nothing ? [] : [word, ...listed(after)] };
  }
  const words = [
    ...after.repositories
      .filter((one) => !before.repositories.includes(one))
      .map((one) => `+${one}`),
    ...before.repositories
      .filter((one) => !after.repositories.includes(one))
      .map((one) => `-${one}`),
    ...FIELDS.flatMap(([name, textOf]) => {
      const [was, is] = [textOf(before), textOf(after)];
      return was === is ? [] : [`${name} ${was} → ${is}`];
    }),
  ];
  return { gained, lost, words: words.length > 0 ? words : [NOTHING] };
}

function listed(customer: Customer | undefined): string[] {
  if (customer === undefined) return [];
  const { repositories, expires, status } = customer;
  return [
    ...repositories.map((one) => `+${one}`),
    ...(expires === undefined ? [] : [`expires ${expires}`]),
    ...(status === "suspended" ? ["suspended"] : []),
  ];
}

const FIELDS: readonly (readonly [name: string, textOf: (customer: Customer) => string])[] = [
  ["status", ({ status, revoked }) => (revoked === undefined ? status : `revoked ${revoked}`)],
  ["expires", ({ expires = "never" }) => expires],
  [
    "keys",
    ({ keys }) => keys.map(({ generation, status }) => `${generation}: ${status}`).join(", "),
  ],
  ["awsAccount", ({ awsAccount = "none" }) => awsAccount],
  ["roles", ({ awsAccount, awsRoles }) => awsRoles?.join(", ") ?? (awsAccount ? "all" : "none")],
  ["OIDC", ({ oidc }) => (oidc === undefined ? "none" : oidcText(oidc))],
  ["key beside other identities", ({ withKey }) => (withKey === true ? "yes" : "no")],
  ["networks", ({ networks }) => networks?.join(", ") ?? "any"],
  ["VPC endpoints", ({ vpcEndpoints }) => vpcEndpoints?.join(", ") ?? "none"],
  ["regions", ({ regions }) => regions?.join(", ") ?? "all"],
  ["userName", ({ userName = "from the id" }) => userName],
  ["user", ({ user = 1 }) => String(user)],
  ["contact", ({ contact = "none" }) => contact],
  ["owner", ({ owner = "none" }) => owner],
  ["name", ({ name }) => name],
];

function oidcText({ issuer, audience, subjects }: OidcIdentity): string {
  return `${subjects.join(", ")} of ${issuer} for ${audience}`;
}
