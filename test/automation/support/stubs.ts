import { AwsClient } from "../../../automation/aws/client";
import { StackRunner } from "../../../automation/engine/stackRunner";
import { StackState } from "../../../automation/engine/stackState";
import type { DeploymentResult } from "../../../automation/update/deployment";
import { placeKey, type ObservedAccount } from "../../../src/account/observed";
import type { ObserveRequest } from "../../../automation/aws/observe";
import { awsError } from "./fakeIam";

/** Takes back what a test has put in the place of methods. Call it after each test. */
const undo: (() => void)[] = [];

export function restoreStubs(): void {
  for (const restore of undo.splice(0)) restore();
}

/** Puts something in the place of a class's methods until `restoreStubs` is called. */
function stub(target: object, methods: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(methods)) {
    const original = Object.getOwnPropertyDescriptor(target, name);
    if (original === undefined) throw new Error(`there is no method ${name}`);
    Object.defineProperty(target, name, { ...original, value });
    undo.push(() => void Object.defineProperty(target, name, original));
  }
}

function allMethods(target: object, value: unknown): Record<string, unknown> {
  const names = Object.getOwnPropertyNames(target).filter((name) => name !== "constructor");
  return Object.fromEntries(names.map((name) => [name, value]));
}

/** AWS as an account in which nothing exists, but for what `answers` says. No socket is opened. */
export function stubAws(answers: Readonly<Record<string, unknown>> = {}): void {
  const calls = Object.entries(answers).map(([name, value]) => [
    name,
    () => Promise.resolve(value),
  ]);
  stub(AwsClient.prototype, {
    ...allMethods(AwsClient.prototype, () => Promise.resolve([])),
    account: () => Promise.resolve("123456789012"),
    observe: (request: ObserveRequest) => Promise.resolve(emptyAccount(request)),
    ...Object.fromEntries(calls),
  });
}

function emptyAccount({ account, places, users }: ObserveRequest): ObservedAccount {
  return {
    account,
    scope: { users: users === "all" ? users : new Set(users), group: true, others: true },
    users: [],
    groups: [],
    managedPolicies: new Map(),
    roles: [],
    repositories: new Map(
      places.map(({ repository, region }) => [
        placeKey(repository, region),
        { repository, region, exists: false },
      ]),
    ),
    registries: new Map(),
    unread: [],
  };
}

/** AWS refuses every call. */
export function stubRefusingAws(): void {
  const refuse = () => Promise.reject(awsError("AccessDeniedException", "not authorized"));
  stub(AwsClient.prototype, allMethods(AwsClient.prototype, refuse));
}

const NOTHING: DeploymentResult = {
  changes: [],
  failures: [],
  errors: [],
  warnings: [],
  summary: {},
};

/** The engine: previews and updates as given, and what the state holds. No process is started. */
export function stubEngine(runs: {
  preview?: Partial<DeploymentResult>;
  update?: Partial<DeploymentResult>;
  state?: Readonly<Record<string, unknown>>;
}): void {
  const run = (result: Partial<DeploymentResult> = {}) =>
    Promise.resolve({ ...NOTHING, ...result });
  stub(StackRunner.prototype, {
    preview: () => run(runs.preview),
    updateAndRecover: () => run(runs.update),
    destroy: () => run(runs.update),
    recover: () => Promise.resolve(undefined),
  });
  const state = Object.entries(runs.state ?? {});
  stub(
    StackState.prototype,
    Object.fromEntries(state.map(([name, value]) => [name, () => Promise.resolve(value)])),
  );
}
