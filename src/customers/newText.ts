// The layout of a new customer file.
import { hasUser } from "./identity";
import { handedOverBlock } from "./handedOver";
import type { Adopted, Customer, KeyGeneration, OidcIdentity } from "./model";

const MODELINE = "# yaml-language-server: $schema=../schemas/customer.schema.json";

/** Longest line of a new file; a longer list gets a line for each item. */
const LINE_LENGTH = 100;

/** A new customer file, with everything that differs from the defaults. */
export function newCustomerText(customer: Customer): string {
  const { name, repositories, status, revoked, user, expires, keys } = customer;
  const { awsAccount, awsRoles, oidc, withKey } = customer;
  const { userName, pgpKey, ageRecipient, contact, owner, adopted, handedOver } = customer;
  const isDefaultKey =
    keys.length === 1 && keys[0]?.generation === 1 && keys[0].status === "active";
  const inOneLine = `repositories: [${repositories.join(", ")}]`;
  const lines: (string | false | undefined)[] = [
    MODELINE,
    `name: ${scalar(name)}`,
    ...(inOneLine.length <= LINE_LENGTH
      ? [inOneLine]
      : ["repositories:", ...repositories.map((repository) => `  - ${repository}`)]),
    status === "suspended" && "status: suspended",
    revoked && `revoked: ${revoked}`,
    user !== undefined && `user: ${user}`,
    expires && `expires: ${expires}`,
    !isDefaultKey && hasUser(customer) && `keys: ${flowKeys(keys)}`,
    (awsAccount ?? oidc) !== undefined &&
      (awsRoles === undefined && oidc === undefined && withKey === undefined
        ? `awsAccount: "${awsAccount}"`
        : `identity: ${flowIdentity(customer)}`),
    userName !== undefined && `userName: ${scalar(userName)}`,
    ...(["networks", "vpcEndpoints", "regions"] as const).map((key) => {
      const listed = customer[key];
      return listed && `${key}: [${listed.map((one) => scalarInList(one)).join(", ")}]`;
    }),
    pgpKey && `pgpKey: ${pgpKey}`,
    ageRecipient && `ageRecipient: ${ageRecipient}`,
    contact !== undefined && `contact: ${scalar(contact)}`,
    owner !== undefined && `owner: ${scalar(owner)}`,
    customer.source &&
      `source: { system: ${customer.source.system}, id: ${JSON.stringify(customer.source.id)} }`,
    customer.protected && "protected: true",
    adopted && `adopted: ${flowAdopted(adopted)}`,
    handedOver && `handedOver:${handedOverBlock(handedOver)}`,
  ];
  return `${lines.filter(Boolean).join("\n")}\n`;
}

/** An IPv6 network has colons, which only quotes keep from being read as a map by every tool. */
function scalarInList(text: string): string {
  return text.includes(":") ? JSON.stringify(text) : text;
}

/** Plain where no tool can read it as anything but text, otherwise in double quotes as in JSON. */
export function scalar(text: string): string {
  const isPlain = /^\p{L}([\p{L}\p{N} .,()@/_'&+-]*[\p{L}\p{N}.)])?$/u.test(text);
  const isWord = /^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain && !isWord ? text : JSON.stringify(text);
}

/** The record of an adoption on one line. */
export function flowAdopted({ user, keys, finished }: Adopted): string {
  const ids = keys.map(({ generation, key }) => `${generation}: ${key}`);
  const parts = [
    `user: ${user}`,
    ...(ids.length === 0 ? [] : [`keys: { ${ids.join(", ")} }`]),
    ...(finished === undefined ? [] : [`finished: ${finished}`]),
  ];
  return `{ ${parts.join(", ")} }`;
}

function flowIdentity({ awsAccount, awsRoles, oidc, withKey }: Customer): string {
  const parts = [
    ...(withKey === undefined ? [] : ["key: true"]),
    ...(awsAccount === undefined ? [] : [`account: "${awsAccount}"`]),
    ...(awsRoles === undefined
      ? []
      : [`roles: [${awsRoles.map((role) => JSON.stringify(role)).join(", ")}]`]),
    ...(oidc === undefined ? [] : [`oidc: ${flowOidc(oidc)}`]),
  ];
  return `{ ${parts.join(", ")} }`;
}

function flowOidc({ issuer, audience, subjects }: OidcIdentity): string {
  const listed = subjects.map((subject) => JSON.stringify(subject)).join(", ");
  return `{ issuer: ${JSON.stringify(issuer)}, audience: ${JSON.stringify(audience)}, subjects: [${listed}] }`;
}

export function flowKeys(keys: readonly KeyGeneration[]): string {
  return `{ ${keys.map(({ generation, status }) => `${generation}: ${status}`).join(", ")} }`;
}
