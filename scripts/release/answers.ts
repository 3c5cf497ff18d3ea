// Whether two versions' documents give everyone the same answers: each principal is asked each question of the
// offline proof, on every date that matters, with either version's documents.
import { compileStack, type CompiledStack } from "../../src/access/compiledStack";
import { requestContext } from "../../src/access/conditions";
import { callerOf, evaluate, type Caller } from "../../src/access/evaluate";
import { EvaluationError } from "../../src/access/evaluationError";
import type { Catalogue } from "../../src/access/model";
import { accountQuestions, registryQuestions, repositoryQuestions } from "../../src/access/probes";
import type { StackPolicies } from "../../src/access/stackPolicies";
import { unauthorizedPrincipals } from "../../src/access/subjects";
import type { StackInput } from "../../src/project";
import type { Declared } from "./declaredBy";

/** What one version makes of a vendor. */
interface Version {
  compiled: CompiledStack;
  /** Logical name → IAM user name. */
  users: ReadonlyMap<string, string>;
  /** Logical name of a key → its status. */
  keys: ReadonlyMap<string, string>;
  unknown: string[];
}

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
  ];
  if (old.unknown.length + next.unknown.length > 0) return { answers: 0, differences };

  const ends = customers.flatMap(({ expires }) => (expires === undefined ? [] : [expires]));
  const times = [
    ...[today, ...ends].flatMap((day) => [`${day}T00:00:00Z`, `${day}T23:59:59Z`]),
    ...ends.map((day) => `${dayAfter(day)}T00:00:00Z`),
    "2099-12-31T00:00:00Z",
  ];
  let answers = 0;
  for (const { name, caller, identity } of subjectsOf(old, next, input)) {
    const isOurs = caller.kind === "user" && caller.account === config.account;
    const questions = [
      ...repositoryQuestions(config.account, config.repositories),
      ...accountQuestions(config, isOurs ? caller.arn : undefined),
      ...(isOurs ? registryQuestions() : []),
    ];
    for (const time of new Set(times)) {
      for (const { action, resource, place } of questions) {
        const [first, second] = [old, next].map((version) => {
          const { tags, policies } = identity(version);
          const policy = place === undefined ? undefined : version.compiled.repositories.get(place);
          const context = requestContext({ "aws:CurrentTime": time, ...principalTags(tags) });
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
        const at = place ?? resource;
        differences.push(`${name}: ${action} on ${at} at ${time}: ${first} before, ${second} now`);
      }
    }
  }
  return { answers, differences };
}

interface Asker {
  name: string;
  caller: Caller;
  /** What it has in a version. */
  identity: (version: Version) => {
    tags: Readonly<Record<string, string>>;
    policies: CompiledStack["group"];
  };
}

/** All users of either version, all accounts that are named anywhere, and those who must get nothing. */
function subjectsOf(old: Version, next: Version, input: StackInput): Asker[] {
  const { config, customers, today } = input;
  const users = [...new Set([...old.users.keys(), ...next.users.keys()])].map((id): Asker => {
    const name = next.users.get(id) ?? old.users.get(id) ?? id;
    return {
      name: id,
      caller: callerOf(`arn:aws:iam::${config.account}:user/customers/${name}`),
      identity: ({ compiled }) => {
        const { tags = {}, deny } = compiled.users.get(id) ?? {};
        const isMember = compiled.users.has(id);
        const group = isMember ? compiled.group : [];
        return { tags, policies: deny === undefined ? group : [...group, deny] };
      },
    };
  });
  const all = JSON.stringify([customers, [...config.repositories]]);
  const principals = [
    ...[...all.matchAll(/\b[0-9]{12}\b/g)].map(([account]) => `arn:aws:iam::${account}:root`),
    ...[...all.matchAll(/arn:aws:iam::[0-9]{12}:user\/[\w/+=,.@-]+/g)].map(([arn]) => arn),
  ].map((arn): Asker => ({
    name: arn,
    caller: callerOf(arn),
    identity: () => ({ tags: {}, policies: [] }),
  }));
  const unauthorized = (version: Version) =>
    unauthorizedPrincipals(version.compiled, customers, config, today);
  const others = unauthorized(next).map(({ name, caller }, at): Asker => ({
    name,
    caller,
    identity: (version) => {
      const { tags = {}, identity = [] } = unauthorized(version)[at] ?? {};
      return { tags, policies: identity };
    },
  }));
  const known = new Map([...users, ...principals, ...others].map((one) => [one.name, one]));
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

/** Puts together what was declared in parts. */
function readVersion(declared: readonly Declared[], catalogue: Catalogue): Version {
  const ofType = (type: string) => declared.filter((one) => one.type === type);
  const document = ({ inputs }: Declared) => JSON.parse(String(inputs["policy"])) as never;
  const attached = new Set(
    ofType("aws:iam/groupPolicyAttachment:GroupPolicyAttachment").map(({ inputs }) =>
      String(inputs["policyArn"]),
    ),
  );
  const members = new Set(
    ofType("aws:iam/userGroupMembership:UserGroupMembership").map(({ inputs }) =>
      String(inputs["user"]),
    ),
  );
  const denies = new Map(
    ofType("aws:iam/userPolicy:UserPolicy").map((one) => [String(one.inputs["user"]), one]),
  );
  const users = ofType("aws:iam/user:User").map(({ name, inputs }) => ({
    id: name,
    userName: String(inputs["name"]),
    tags: (inputs["tags"] ?? {}) as Record<string, string>,
  }));
  const policies: StackPolicies = {
    group: ofType("aws:iam/policy:Policy")
      .filter(({ name }) => attached.has(name))
      .map((one) => ({ name: one.name, document: document(one) })),
    users: users
      .filter(({ userName }) => members.has(userName))
      .map((user) => {
        const deny = denies.get(user.userName);
        const own = deny === undefined ? {} : { deny: document(deny) as never };
        return { ...user, ...own, userGeneration: 1, keys: [] };
      }),
    repositories: ofType("aws:ecr/repositoryPolicy:RepositoryPolicy").map((one) => ({
      repository: String(one.inputs["repository"]),
      region: String(one.inputs["region"]),
      document: document(one),
    })),
  };
  const { compiled, unknown } = compileStack(policies, catalogue);
  return {
    compiled,
    users: new Map(users.map(({ id, userName }) => [id, userName])),
    keys: new Map(
      ofType("aws:iam/accessKey:AccessKey").map(({ name, inputs }) => [
        name,
        `${String(inputs["status"])} of ${String(inputs["user"])}`,
      ]),
    ),
    unknown: unknown.map(({ subject, at, found }) => `${subject}: ${at}: ${found}`),
  };
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
