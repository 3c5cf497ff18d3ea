import { principalArn, repositoryArn, userArn } from "../access/arns";
import type { Catalogue, ForeignStatement, RepositoryPolicyDocument } from "../access/model";
import { presentPolicy, type PresentPolicy } from "../access/presentPolicy";
import { namedGrants, repositoryPolicy, type PolicyPrincipal } from "../access/repositoryPolicy";
import { grantsIn } from "../access/grantRegions";
import { joined } from "../access/statementWords";
import type { AccountContext } from "./context";
import { placeKey, type ObservedRepository } from "./observed";

/** Places that are named one by one before the rest is counted. */
const SHOWN = 4;

/**
 * Repositories in regions in words: `edge-agent` when it is all regions of it, else
 * `edge-agent in eu-central-1`; `every repository` when it is all of a catalogue of several.
 *
 * @param places - as `placeKey` writes them.
 */
export function placesWords(places: readonly string[], catalogue: Catalogue): string {
  const regions = new Map<string, string[]>();
  for (const place of places) {
    const [repository = "", region = ""] = place.split("@");
    regions.set(repository, [...(regions.get(repository) ?? []), region]);
  }
  const isWhole = (repository: string, its: readonly string[]) =>
    its.length >= (catalogue.get(repository)?.regions.length ?? Infinity);
  const all = [...regions];
  if (
    catalogue.size > 1 &&
    all.length === catalogue.size &&
    all.every(([name, its]) => isWhole(name, its))
  ) {
    return "every repository";
  }
  const words = all.map(([name, its]) => (isWhole(name, its) ? name : `${name} in ${joined(its)}`));
  if (words.length <= SHOWN) return joined(words);
  const more = words.length - SHOWN;
  return `${words.slice(0, SHOWN).join(", ")} and ${more} other ${more === 1 ? "repository" : "repositories"}`;
}

/** A principal of our statement, and whose it is. */
export interface ExpectedPrincipal extends PolicyPrincipal {
  customers: readonly string[];
  /** The ARN that AWS shows in its place, of a user that was moved to another path by hand. */
  movedTo?: string;
}

/** A repository in one region that was read: what AWS has, and what the files declare. */
export interface Place {
  key: string;
  repository: string;
  region: string;
  /** `edge-agent in eu-central-1`. */
  words: string;
  arn: string;
  found: ObservedRepository;
  /** AWS's policy, taken apart. */
  present: PresentPolicy;
  /** Ours: customers by their principals. */
  expected: readonly ExpectedPrincipal[];
  /** Statements of others that the settings declare. */
  declared: readonly ForeignStatement[];
  /** Undefined: no policy is declared. */
  document?: RepositoryPolicyDocument;
}

const prepared = new WeakMap<AccountContext, Place[]>();

/** All places that were read. */
export function placesOf(context: AccountContext): Place[] {
  const known = prepared.get(context) ?? readPlaces(context);
  prepared.set(context, known);
  return known;
}

function readPlaces(context: AccountContext): Place[] {
  const { settings, grants, observed } = context;
  const rolesByArn = new Map(observed.roles.map((role) => [role.arn, role]));
  return [...settings.repositories].flatMap(([repository, its]) => {
    const named = namedGrants(grants, repository, its);
    return its.regions.flatMap((region): Place[] => {
      const byArn = new Map<string, string[]>();
      for (const { principals, customer } of grantsIn(named, region)) {
        for (const principal of principals) {
          const arn = principalArn(principal, settings);
          byArn.set(arn, [...(byArn.get(arn) ?? []), customer]);
        }
      }
      const users = userArn(settings, "");
      const expected = [...byArn].map(([arn, customers]): ExpectedPrincipal => {
        const user = arn.startsWith(users)
          ? context.userByName.get(arn.slice(users.length))
          : rolesByArn.get(arn);
        if (user === undefined) return { arn, customers };
        const { uniqueId } = user;
        return { arn, customers, uniqueId, ...(user.arn === arn ? {} : { movedTo: user.arn }) };
      });
      // What a run has found and keeps is no deviation: it names it by itself.
      const declared = [...(its.statements ?? []), ...(its.found?.[region] ?? [])];
      const document = repositoryPolicy(expected, settings, declared);
      const key = placeKey(repository, region);
      const found = observed.repositories.get(key);
      if (found === undefined) return [];
      return [
        {
          key,
          repository,
          region,
          words: `${repository} in ${region}`,
          arn: repositoryArn(settings.account, region, repository),
          found,
          present: presentPolicy(found.policy?.document, settings),
          expected,
          declared,
          ...(document === undefined ? {} : { document }),
        },
      ];
    });
  });
}
