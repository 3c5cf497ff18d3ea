import { joined } from "../../src/access/statementWords";
import { counted } from "../../src/counted";
import { hasRole, hasUser } from "../../src/customers/identity";
import { accessEnded } from "../../src/access/entitlements";
import { grantRegions } from "../../src/access/grantRegions";
import { sourceOf, sourceWords } from "../../src/access/source";
import { roleArn, roleName, userArn, userName, type Home } from "../../src/access/arns";
import type { Customer } from "../../src/customers/model";
import { nearest } from "../../src/yaml/nearest";
import { factsIn, type MessageFacts } from "./messageFacts";
import { PULL_ERROR_ROWS } from "./pullErrorRows";
import type { DiagnosedCustomer } from "./diagnose";

/** What an error message that a customer sends means. */
export interface PullError {
  /** Name of the cause; `unknown` when nothing in the message is known here. */
  kind: string;
  /** What happened, in sentences. */
  meaning: string;
  /** What the customer or we do, in sentences. */
  fix: string;
  /** What the message names, compared with the customer's file, in sentences. */
  observations: string[];
}

type Cause = Omit<PullError, "observations">;

/**
 * Explains an error message: by what it names, when that is not the customer's (another identity, registry or
 * repository), and else by its words.
 */
export function explainPullError(text: string, diagnosed: DiagnosedCustomer): PullError {
  const facts = factsIn(text);
  const row = PULL_ERROR_ROWS.find(({ pattern }) => pattern.test(text));
  const mismatch =
    row === undefined || row.access === true
      ? (otherIdentity(facts, diagnosed) ?? otherPlace(facts, diagnosed))
      : undefined;
  const { kind, meaning, fix } = mismatch ?? otherSource(row, diagnosed) ?? row ?? UNKNOWN;
  const { id } = diagnosed.customer;
  return {
    kind,
    meaning,
    fix: fix.replaceAll("<customer>", id),
    observations: observations(facts, diagnosed),
  };
}

const UNKNOWN: Cause = {
  kind: "unknown",
  meaning: "This message is not known here.",
  fix: "Ask for the complete command and everything that it printed, with date and time, and for the output of `aws sts get-caller-identity` on that machine.",
};

function otherIdentity(
  { identity }: MessageFacts,
  { customer, config }: DiagnosedCustomer,
): Cause | undefined {
  if (identity === undefined) return undefined;
  const { arn, account } = identity;
  const { awsAccount, awsRoles } = customer;
  const expected = expectedArn({ customer, config });
  if (hasUser(customer) && arn === expected) return undefined;
  if (hasRole(customer) && isOwnSession(arn, customer, config)) return undefined;
  if (awsAccount !== undefined) {
    const isOfAccount = account === awsAccount;
    if (isOfAccount && (awsRoles === undefined || isSessionOf(arn, awsRoles))) return undefined;
    const whose =
      awsRoles === undefined
        ? "identities of"
        : `the ${counted(awsRoles.length, "role")} ${joined(awsRoles)} of`;
    const change =
      isOfAccount || awsRoles !== undefined
        ? "If it is meant to pull with that one, add it to `identity` in its file."
        : `If it is meant to pull from account ${account}, change \`awsAccount\` in its file.`;
    return {
      kind: "other-identity",
      meaning: `The pull was made as ${arn}, but ${customer.id} pulls with ${whose} AWS account ${awsAccount}.`,
      fix: `The customer checks with \`aws sts get-caller-identity\` which identity that machine uses. ${change}`,
    };
  }
  if (hasRole(customer) && !hasUser(customer)) {
    const role = roleArn(config, roleName(config.namePrefix, customer));
    return {
      kind: "other-identity",
      meaning: `The pull was made as ${arn}, but ${customer.id} pulls with a token, as the role ${role}.`,
      fix: "The customer sets AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE as in the README of its bundle, and unsets AWS_ACCESS_KEY_ID and AWS_PROFILE, which come first. `aws sts get-caller-identity` shows who it is.",
    };
  }
  const whose =
    account === config.account
      ? ownIdentity(arn, config)
      : `AWS account ${account} is not ours: the machine used other AWS credentials than the key in the bundle.`;
  return {
    kind: "other-identity",
    meaning: `The pull was made as ${arn}, not as ${expected}. ${whose}`,
    fix: `The customer names the profile of its bundle, AWS_PROFILE=ecr-${config.account}, and unsets AWS_ACCESS_KEY_ID; a role of the machine or of the node is used only where no key is found. \`aws sts get-caller-identity\` shows who it is.`,
  };
}

/** A deny of a customer that has not ended has one cause of ours: the pull came from elsewhere than its file allows. */
function otherSource(
  row: { kind: string } | undefined,
  { customer, today }: DiagnosedCustomer,
): Cause | undefined {
  const source = sourceOf(customer);
  if (row?.kind !== "explicit-deny" || source === undefined || accessEnded(customer, today)) {
    return undefined;
  }
  return {
    kind: "other-network",
    meaning: `The pull came from elsewhere: ${customer.id} may pull only from ${sourceWords(source)}, and AWS denies it everything from any other address.`,
    fix: `The customer asks \`curl https://checkip.amazonaws.com\` on that machine for the address that AWS sees; behind a proxy or with IPv6 it can be another one, and through a VPC endpoint there is none. If it is the customer's, add it to \`networks\` or \`vpcEndpoints\` in its file, and run \`ecr-customers up\`.`,
  };
}

/** Whether an ARN is the customer's role, or a session of it. */
function isOwnSession(
  arn: string,
  customer: Customer,
  config: DiagnosedCustomer["config"],
): boolean {
  const name = roleName(config.namePrefix, customer);
  if (arn === roleArn(config, name)) return true;
  const { account } = config;
  return arn.includes(`:sts::${account}:assumed-role/`) && isSessionOf(arn, [name]);
}

/** Whether an ARN is that of a session of one of these roles: it has the role's name, without its path. */
function isSessionOf(arn: string, roles: readonly string[]): boolean {
  const [, name] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return roles.some((role) => role.slice(role.lastIndexOf("/") + 1) === name);
}

/** Whose identity of our own account that is. */
function ownIdentity(arn: string, home: Home): string {
  const customers = userArn(home, "");
  return arn.startsWith(customers)
    ? `That is the user of ${arn.slice(customers.length)}: the key of another customer, or of another stack.`
    : "That is an identity of our account, but not a customer's.";
}

function otherPlace(
  { registry, repository }: MessageFacts,
  { customer, config }: DiagnosedCustomer,
): Cause | undefined {
  const { account, repositories } = config;
  if (registry !== undefined && registry.account !== account) {
    return {
      kind: "other-registry",
      meaning: `The pull went to the registry of AWS account ${registry.account}; ours is ${account}.`,
      fix: "Use the address of the image in the README of the bundle.",
    };
  }
  if (repository === undefined) return undefined;
  const settings = repositories.get(repository);
  if (settings === undefined) {
    const close = nearest(repository, repositories.keys());
    const hint = close === undefined ? "" : ` Did they mean ${close}?`;
    return {
      kind: "other-repository",
      meaning: `The stack has no repository ${repository}.${hint}`,
      fix: "Compare the image's address with the README of the bundle.",
    };
  }
  if (!customer.repositories.includes(repository)) {
    return {
      kind: "not-granted",
      meaning: `The repository ${repository} exists, but the file of ${customer.id} does not list it.`,
      fix: `If the customer is meant to have it, add it to \`repositories\` in its file, and run \`ecr-customers up\`. Otherwise the image's address is wrong.`,
    };
  }
  const regions = grantRegions(customer, settings.regions);
  if (registry !== undefined && !regions.includes(registry.region)) {
    return {
      kind: "other-region",
      meaning: `The pull went to ${registry.region}, but ${customer.id} pulls ${repository} in ${regions.join(" and ")}.`,
      fix: "Use the address of the image in the README of the bundle; a login is valid for one region.",
    };
  }
  return undefined;
}

/** What the message names, and what it does not. */
function observations(facts: MessageFacts, diagnosed: DiagnosedCustomer): string[] {
  const { identity, registry, repository } = facts;
  const isExpected = otherIdentity(facts, diagnosed) === undefined;
  const of = isExpected ? `of ${diagnosed.customer.id}` : `not of ${diagnosed.customer.id}`;
  const place = [
    ...(repository === undefined ? [] : [`repository ${repository}`]),
    ...(registry === undefined ? [] : [`region ${registry.region}, account ${registry.account}`]),
  ].join(", ");
  return [
    identity === undefined
      ? "It does not name the identity that pulled."
      : `It names the identity ${identity.arn}, ${of}.`,
    place === "" ? "It does not name the registry or repository." : `It names ${place}.`,
  ];
}

function expectedArn({ customer, config }: Pick<DiagnosedCustomer, "customer" | "config">): string {
  return userArn(config, userName(config.namePrefix, customer));
}

/** The names of all rows, for the test that has examples of each. */
export const PULL_ERROR_KINDS: readonly string[] = PULL_ERROR_ROWS.map(({ kind }) => kind);
