import { hasUser } from "../customers/identity";
import type { Customer, IsoDate } from "../customers/model";
import { principalArn, repositoryArn, userName } from "./arns";
import { entitledGrants, accessEnded } from "./entitlements";
import type { AccessSettings } from "./groupPolicies";
import {
  expectedDeny,
  expectedTags,
  pullTagsOf,
  unique,
  VERSION,
  type Named,
} from "./expectedIdentity";
import { byText } from "./order";
import { expectedIssuers, expectedRoles, issuers, roles } from "./roleStructure";
import type { Difference } from "./proof";
import type { StackPolicies } from "./stackPolicies";

/**
 * Compares a stack's documents with their templates, element by element. The templates are written
 * down here a second time, on purpose: a mistake in the functions that render them is found.
 *
 * Some changes open nothing today and are latent grants, so that no decision shows them: our own
 * account's root among the principals, for one, hands the choice to the account's administrators.
 */
export function structureDifferences(
  policies: StackPolicies,
  customers: readonly Customer[],
  settings: AccessSettings,
  today: IsoDate,
): Difference[] {
  return [
    ...compare("the group's policies", expectedGroup(settings), documents(policies.group)),
    ...compare("the users", expectedUsers(customers, settings, today), users(policies)),
    ...compare("the roles", expectedRoles(customers, settings, today), roles(policies)),
    ...compare("the issuers", expectedIssuers(customers, settings), issuers(policies)),
    ...compare(
      "the repositories' policies",
      expectedRepositories(customers, settings, today),
      repositories(policies),
    ),
  ];
}

const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const HASH = /\/[0-9a-f]{12}$/;

function expectedGroup({ account, namePrefix, repositories: catalogue }: AccessSettings): Named {
  const login = {
    Sid: "Login",
    Effect: "Allow",
    Action: "ecr:GetAuthorizationToken",
    Resource: "*",
  };
  const tagged = [...catalogue]
    .filter(([, { grants }]) => grants === "tagged")
    .map(([repository, { regions }]) => ({
      Effect: "Allow",
      Action: PULL,
      Resource: regions.map((region) => repositoryArn(account, region, repository)),
      Condition: { StringEquals: { [`aws:PrincipalTag/pull:${repository}`]: "allow" } },
    }));
  return {
    [`${namePrefix}AmazonEC2ContainerRegistryLogin`]: { Version: VERSION, Statement: [login] },
    ...(tagged.length === 0
      ? {}
      : {
          [`${namePrefix}ecr-customers-tagged-pull`]: { Version: VERSION, Statement: tagged },
        }),
  };
}

function expectedUsers(
  customers: readonly Customer[],
  { namePrefix, repositories: catalogue }: AccessSettings,
  today: IsoDate,
): Named {
  const withUser = customers.filter(hasUser);
  return Object.fromEntries(
    withUser.map((customer) => {
      const { id, keys } = customer;
      const ended = accessEnded(customer, today);
      return [
        id,
        {
          userName: userName(namePrefix, customer),
          pullTags: expectedTags(customer, catalogue, today),
          deny: expectedDeny(customer),
          keys: keys.map(({ generation, status: asked }) => ({
            generation,
            status: asked === "active" && !ended ? "Active" : "Inactive",
          })),
        },
      ];
    }),
  );
}

/** The users as `expectedUsers` says them; a pull tag that has not the one value counts as another. */
function users({ users: found }: StackPolicies): Named {
  return unique(
    found.map(({ id, userName: name, tags, deny, keys }) => [
      id,
      {
        userName: name,
        pullTags: pullTagsOf(tags),
        deny,
        // A key without a status is active, so it counts as a difference.
        keys: keys.map(({ generation, status }) => ({ generation, status })),
      },
    ]),
  );
}

function expectedRepositories(
  customers: readonly Customer[],
  settings: AccessSettings,
  today: IsoDate,
): Named {
  const grants = entitledGrants(customers, settings, today);
  return Object.fromEntries(
    [...settings.repositories].flatMap(
      ([repository, { grants: mode, regions, statements = [] }]) => {
        return regions.flatMap((region) => {
          const principals = grants
            .filter((grant) => grant.repository === repository)
            .filter((grant) => grant.regions === undefined || grant.regions.includes(region))
            .flatMap((grant) => grant.principals)
            .filter(({ kind }) => mode === "named" || (kind !== "user" && kind !== "oidcRole"))
            .map((principal) => principalArn(principal, settings));
          if (principals.length + statements.length === 0) return [];
          const AWS = [...new Set(principals)].sort(byText);
          const isTaken = statements.some(({ Sid: its }) => its === "Pull");
          const Sid = isTaken ? "EcrCustomersPull" : "Pull";
          const own = { Sid, Effect: "Allow", Principal: { AWS }, Action: PULL };
          const document = {
            Version: VERSION,
            Id: `ecr-customers/${settings.project}/${settings.stack}/`,
            Statement: [...(AWS.length === 0 ? [] : [own]), ...statements],
          };
          return [[`${repository} in ${region}`, document] as const];
        });
      },
    ),
  );
}

/** The policies as `expectedRepositories` says them; any well-formed hash in `Id` is right. */
function repositories({ repositories: found }: StackPolicies): Named {
  return unique(
    found.map(({ repository, region, document }) => [
      `${repository} in ${region}`,
      { ...document, Id: document.Id?.replace(HASH, "/") },
    ]),
  );
}

function documents(found: StackPolicies["group"]): Named {
  return unique(found.map(({ name, document }) => [name, document]));
}

/** Where two values differ, down to the parts that do. The order of keys says nothing. */
function compare(subject: string, expected: unknown, found: unknown, at = ""): Difference[] {
  if (isObject(expected) && isObject(found) && Array.isArray(expected) === Array.isArray(found)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
    return [...keys].flatMap((key) => {
      const step = Array.isArray(expected) ? `[${key}]` : at === "" ? key : `.${key}`;
      return compare(subject, own(expected, key), own(found, key), `${at}${step}`);
    });
  }
  if (expected === found) return [];
  return [{ subject, at, expected: shown(expected), found: shown(found) }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A customer may be called `constructor`. */
function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
