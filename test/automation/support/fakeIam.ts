import type { AccessKeyView } from "../../../automation/aws/views";
import type { RevokeCalls } from "../../../automation/aws/revocation";
import { observedDocument, type ObservedAccount } from "../../../src/account/observed";

/** An error as AWS's SDK throws it. */
export function awsError(name: string, message = "sorry"): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}

/** One user of IAM, or none, in memory. Each call can be made to fail by its number, from 1. */
export class FakeIam implements RevokeCalls {
  readonly calls: string[] = [];
  readonly policies: Record<string, unknown> = {};
  readonly failures = new Map<number, Error>();
  readonly #keys: AccessKeyView[];
  readonly #exists: boolean;

  constructor(keys: Record<string, string>, exists = true) {
    this.#keys = Object.entries(keys).map(([id, status]) => ({
      id,
      status,
      createdAt: new Date(0),
    }));
    this.#exists = exists;
  }

  get keys(): Record<string, string> {
    return Object.fromEntries(this.#keys.map(({ id, status }) => [id, status]));
  }

  async putUserPolicy(user: string, name: string, document: unknown): Promise<void> {
    this.#call(`put ${user}`);
    this.policies[name] = document;
  }

  async accessKeys(user: string): Promise<AccessKeyView[]> {
    this.#call(`list ${user}`);
    return this.#keys.map((key) => ({ ...key }));
  }

  async setKeyStatus(user: string, id: string, status: string): Promise<void> {
    this.#call(`${id} ${status}`);
    for (const key of this.#keys) if (key.id === id) key.status = status;
  }

  async observeEnd({ account }: { account: string }, name: string): Promise<ObservedAccount> {
    this.#call(`policies ${name}`);
    const inlinePolicies = new Map(
      Object.entries(this.policies).map(([policy, document]) => [
        policy,
        observedDocument(JSON.stringify(document)),
      ]),
    );
    const keys = (await this.accessKeys(name)).map(({ id, status }) => ({ id, status }));
    const arn = `arn:aws:iam::${account}:user/customers/${name}`;
    const user = { name, path: "/customers/", arn, uniqueId: "", inlinePolicies, keys };
    return {
      account,
      scope: { users: new Set([name]), group: false, others: false },
      users: [user],
      ...{ groups: [], managedPolicies: new Map(), roles: [], unread: [] },
      ...{ repositories: new Map(), registries: new Map() },
    };
  }

  #call(what: string): void {
    this.calls.push(what);
    const failure = this.failures.get(this.calls.length);
    if (failure !== undefined) throw failure;
    if (!this.#exists) throw awsError("NoSuchEntityException");
  }
}
