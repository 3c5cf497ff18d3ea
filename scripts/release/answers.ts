// Whether two versions' documents give everyone the same answers: each principal is asked each question of the
// offline proof, on every date that matters, with either version's documents.
import { roleArn, roleName } from "../../src/access/arns";
import { EVERYTHING } from "../../src/access/compiledPolicy";
import type { CompiledStack } from "../../src/access/compiledStack";
import { requestContext } from "../../src/access/conditions";
import { callerOf, evaluate, type Caller } from "../../src/access/evaluate";
import { EvaluationError } from "../../src/access/evaluationError";
import {
  accountQuestions,
  registryQuestions,
  repositoryQuestions,
  roleQuestions,
} from "../../src/access/probes";
import { probedSources, type ProbedSource } from "../../src/access/sourceProbes";
import { unauthorizedPrincipals } from "../../src/access/subjects";
import { trustQuestions } from "../../src/access/trustQuestions";
import { hasRole } from "../../src/customers/identity";
import type { StackInput } from "../../src/project";
import type { Declared } from "./declaredBy";
import { readVersion, type Version } from "./version";

export interface Comparison {
  /** How many answers were compared. */
  answers: number;
  /** One line for each that differs. */
  differences: string[];
}

/** Compares what two versions declare for the same vendor. */
export function compareAnswers(
  before: readonly Declared[],
  now: readonly Declared[],
  input: StackInput,
): Comparison {
  const { config, customers, today } = input;
  const versions = [
    readVersion(before, config.repositories),
    readVersion(now, config.repositories),
  ];
  const [old, next] = versions as [Version, Version];
  const differences = [
    ...old.unknown.map((one) => `before: ${one}`),
    ...next.unknown.map((one) => `now: ${one}`),
    ...differingEntries("user", old.users, next.users),
    ...differingEntries("key", old.keys, next.keys),
    ...differingEntries("role", old.roles, next.roles),
    ...differingEntries("issuer", old.issuers, next.issuers),
  ];
  if (old.unknown.length + next.unknown.length > 0) return { answers: 0, differences };

  const ends = customers.flatMap(({ expires }) => (expires === undefined ? [] : [expires]));
  const times = [
    ...[today, ...ends].flatMap((day) => [`${day}T00:00:00Z`, `${day}T23:59:59Z`]),
    ...ends.map((day) => `${dayAfter(day)}T00:00:00Z`),
    "2099-12-31T00:00:00Z",
  ];
  let answers = 0;
  for (const { name, caller, identity, sources } of subjectsOf(old, next, input)) {
    const isUser = caller.kind === "user" && caller.account === config.account;
    const isRole = caller.kind === "role" && caller.account === config.account;
    const questions = [
      ...repositoryQuestions(config.account, config.repositories),
      ...accountQuestions(config, isUser ? caller.arn : undefined),
      ...(isRole ? roleQuestions(caller.arn) : []),
      ...(isUser || isRole ? registryQuestions() : []),
    ];
    const moments = [...new Set(times)].flatMap((time) => [
      { time, source: undefined },
      ...sources.map((source) => ({ time, source })),
    ]);
    for (const { time, source } of moments) {
      for (const { action, resource, place } of questions) {
        const [first, second] = [old, next].map((version) => {
          const { tags, policies } = identity(version);
          const policy = place === undefined ? undefined : version.compiled.repositories.get(place);
          const context = requestContext({
            "aws:CurrentTime": time,
            ...(source === undefined ? {} : { [source.key]: source.name }),
            ...principalTags(tags),
          });
          return answer(() =>
            evaluate(
              { caller, action, resource, context },
              policy === undefined
                ? { identity: policies }
                : { identity: policies, resource: policy },
            ),
          );
        });
        answers++;
        if (first === second) continue;
        const at = `${place ?? resource}${source === undefined ? "" : ` from ${source.name}`}`;
        differences.push(`${name}: ${action} on ${at} at ${time}: ${first} before, ${second} now`);
      }
    }
  }
  for (const question of trustQuestions(customers, config)) {
    const { customer, who, caller, action, resource, identity, token } = question;
    const context = requestContext({ "aws:CurrentTime": `${today}T00:00:00Z`, ...token });
    const [first, second] = [old, next].map(({ compiled }) => {
      const trust = compiled.roles.get(customer)?.trust;
      return answer(() =>
        evaluate(
          { caller, action, resource, context },
          trust === undefined ? { identity } : { identity, resource: trust },
        ),
      );
    });
    answers++;
    if (first !== second)
      differences.push(`role ${customer}: ${action} by ${who}: ${first} before, ${second} now`);
  }
  return { answers, differences };
}

interface Asker {
  name: string;
  caller: Caller;
  /** Where it asks from, beside anywhere. */
  sources: readonly ProbedSource[];
  /** What it has in a version. */
  identity: (version: Version) => {
    tags: Readonly<Record<string, string>>;
    policies: CompiledStack["group"];
  };
}

/** All users of either version, all accounts and roles that are named anywhere, and those who must get nothing. */
function subjectsOf(old: Version, next: Version, input: StackInput): Asker[] {
  const { config, customers, today } = input;
  const users = [...new Set([...old.users.keys(), ...next.users.keys()])].map((id): Asker => {
    const name = next.users.get(id) ?? old.users.get(id) ?? id;
    return {
      name: id,
      caller: callerOf(`arn:aws:iam::${config.account}:user/customers/${name}`),
      sources: customers.filter((one) => one.id === id).flatMap(probedSources),
      identity: ({ compiled }) => {
        const { tags = {}, deny } = compiled.users.get(id) ?? {};
        const isMember = compiled.users.has(id);
        const group = isMember ? compiled.group : [];
        return { tags, policies: deny === undefined ? group : [...group, deny] };
      },
    };
  });
  const roles = customers.filter(hasRole).map((customer): Asker => ({
    name: `role ${customer.id}`,
    caller: callerOf(roleArn(config, roleName(config.namePrefix, customer))),
    sources: probedSources(customer),
    identity: ({ compiled }) => {
      const { tags = {}, deny } = compiled.roles.get(customer.id) ?? {};
      const group = compiled.roles.has(customer.id) ? compiled.group : [];
      return { tags, policies: deny === undefined ? group : [...group, deny] };
    },
  }));
  const all = JSON.stringify([customers, [...config.repositories]]);
  const principals = [
    ...[...all.matchAll(/\b[0-9]{12}\b/g)].map(([account]) => `arn:aws:iam::${account}:root`),
    ...[...all.matchAll(/arn:aws:iam::[0-9]{12}:user\/[\w/+=,.@-]+/g)].map(([arn]) => arn),
    ...customers.flatMap(({ awsAccount = "", awsRoles = [] }) =>
      awsRoles.map((role) => `arn:aws:iam::${awsAccount}:role/${role}`),
    ),
  ].map((arn): Asker => {
    const caller = callerOf(arn);
    // A root user may do everything in its account; others whatever that account allows them.
    const policies = caller.kind === "root" ? [] : [EVERYTHING];
    return { name: arn, caller, sources: [], identity: () => ({ tags: {}, policies }) };
  });
  const unauthorized = (version: Version) =>
    unauthorizedPrincipals(version.compiled, customers, config, today);
  const others = unauthorized(next).map(({ name, caller }, at): Asker => ({
    name,
    caller,
    sources: [],
    identity: (version) => {
      const { tags = {}, identity = [] } = unauthorized(version)[at] ?? {};
      return { tags, policies: identity };
    },
  }));
  const known = new Map(
    [...users, ...roles, ...principals, ...others].map((one) => [one.name, one]),
  );
  return [...known.values()];
}

function answer(decide: () => string): string {
  try {
    return decide();
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return error.message;
  }
}

function principalTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]),
  );
}

function differingEntries(
  what: string,
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): string[] {
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((name) => {
    const [old = "none", next = "none"] = [before.get(name), now.get(name)];
    return old === next ? [] : [`${what} ${name}: ${old} before, ${next} now`];
  });
}

function dayAfter(day: string): string {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 24 * 60 * 60_000);
  return next.toISOString().slice(0, "YYYY-MM-DD".length);
}
