import { hasRole } from "../customers/identity";
import type { Customer, OidcIdentity } from "../customers/model";
import { accountRootArn, roleArn, roleName, userArn, type Home } from "./arns";
import { EVERYTHING, type CompiledPolicy } from "./compiledPolicy";
import { callerOf, type Caller } from "./evaluate";
import { issuerPath, oidcProviderArn } from "./trustPolicy";

/** A question to the trust policy of a customer's role. */
export interface TrustQuestion {
  /** Whose role it is. */
  customer: string;
  /** Who asks, in words. */
  who: string;
  caller: Caller;
  action: string;
  /** ARN of the role. */
  resource: string;
  /** What the token says, by condition key. */
  token: Readonly<Record<string, string>>;
  identity: readonly CompiledPolicy[];
  allowed: boolean;
}

const ASSUME = "sts:AssumeRoleWithWebIdentity";

/** What would give a session other rights, other names, or let others in. */
const NEVER = [
  "sts:AssumeRole",
  "sts:AssumeRoleWithSAML",
  "sts:TagSession",
  "sts:SetSourceIdentity",
];

/** Of how many other customers tokens are tried at a role; that no value is there beside its own is the form's matter. */
const NEIGHBOURS = 5;

/** An issuer that no customer has, and an account that is no one's. */
const ANOTHER_ISSUER = "https://oidc.another-issuer.invalid";
const ANOTHER_ACCOUNT = "999999999980";

/**
 * Who may assume the customers' roles: the holders of exactly their tokens. And who may not: tokens that differ in
 * audience, subject or issuer, those of other customers, and callers without one.
 *
 * Written without the function that renders trust policies, so that a mistake in it is found.
 */
export function trustQuestions(
  customers: readonly Customer[],
  settings: Home & { namePrefix: string },
): TrustQuestion[] {
  const all = customers.filter(hasRole);
  return all.flatMap((customer, at) => {
    const { id, oidc } = customer;
    const { issuer, audience, subjects } = oidc;
    const resource = roleArn(settings, roleName(settings.namePrefix, customer));
    const [subject = ""] = subjects;
    const base = { customer: id, action: ASSUME, resource, identity: [], allowed: false };
    const asked = (who: string, one: Token): TrustQuestion => ({
      ...base,
      ...tokenOf(one, settings),
      who,
      allowed: isOwn(one, oidc),
    });
    const neighbours = [...all.slice(at + 1), ...all.slice(0, at)].slice(0, NEIGHBOURS);
    return [
      ...subjects.map((one) => asked(`its token for ${one}`, { issuer, audience, subject: one })),
      ...NEVER.map((action) => ({
        ...asked("its token", { issuer, audience, subject }),
        action,
        allowed: false,
      })),
      ...variants(audience).map((one) =>
        asked("a token for another audience", { issuer, audience: one, subject }),
      ),
      ...subjects
        .flatMap(variants)
        .map((one) => asked("a token of another subject", { issuer, audience, subject: one })),
      ...neighbours.flatMap(({ id: other, oidc: its }) =>
        asked(`the token of ${other}`, { ...its, subject: its.subjects[0] ?? "" }),
      ),
      asked("a token of another issuer", { issuer: ANOTHER_ISSUER, audience, subject }),
      {
        ...asked("its token by another account's record", { issuer, audience, subject }),
        caller: callerOf(oidcProviderArn({ ...settings, account: ANOTHER_ACCOUNT }, issuer)),
        allowed: false,
      },
      ...withoutToken(settings, id).flatMap(({ who, caller, identity }) =>
        [ASSUME, "sts:AssumeRole"].map((action) => ({
          ...base,
          ...{ who, caller, identity, action, token: {} },
        })),
      ),
    ];
  });
}

type Token = Pick<OidcIdentity, "issuer" | "audience"> & { subject: string };

function tokenOf({ issuer, audience, subject }: Token, home: Home) {
  const key = issuerPath(issuer);
  return {
    caller: callerOf(oidcProviderArn(home, issuer)),
    token: { [`${key}:aud`]: audience, [`${key}:sub`]: subject },
  };
}

function isOwn({ issuer, audience, subject }: Token, oidc: OidcIdentity): boolean {
  return issuer === oidc.issuer && audience === oidc.audience && oidc.subjects.includes(subject);
}

/** Texts that are nearly the same. */
function variants(text: string): string[] {
  const near = [`${text}x`, `x${text}`, text.slice(0, -1), text.toUpperCase(), "*", "another"];
  return [...new Set(near)].filter((one) => one !== text && one !== "");
}

function withoutToken(home: Home, id: string) {
  const { region } = home;
  return [
    {
      who: "another account's root user",
      caller: callerOf(accountRootArn({ region }, ANOTHER_ACCOUNT)),
      identity: [],
    },
    {
      who: "another account's user",
      caller: callerOf(userArn({ region, account: ANOTHER_ACCOUNT }, id)),
      identity: [EVERYTHING],
    },
    { who: "a user of ours", caller: callerOf(userArn(home, id)), identity: [] },
    { who: "anonymous", caller: { kind: "anonymous" } as const, identity: [] },
  ];
}
