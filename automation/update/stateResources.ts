import type { PolicyDocument } from "../../src/access/model";
import { OWN_SIDS } from "../../src/access/repositoryPolicy";
import type { KeyStatus } from "../../src/customers/model";
import { nameOf, REPOSITORY_POLICY_TYPE } from "../engine/events";
import type { StateResource } from "../engine/recovery";
import { subjectOf } from "../plan/subject";

/** A state's resources by the customer or the repository that they belong to. */
export class StateResources {
  readonly users = new Map<string, StateResource>();
  readonly denies = new Map<string, StateResource>();
  readonly roles = new Map<string, StateResource>();
  readonly roleDenies = new Map<string, StateResource>();
  /** Customer → generation → status. */
  readonly keys = new Map<string, Record<string, KeyStatus>>();
  /** Repository → region → policy. */
  readonly policies = new Map<string, Map<string, StateResource>>();

  constructor(resources: readonly StateResource[]) {
    // Being deleted: another resource of the same name has replaced it.
    for (const resource of resources.filter((one) => one.delete !== true)) this.#add(resource);
  }

  #add(resource: StateResource): void {
    const { type } = resource;
    const logicalName = nameOf(resource.urn);
    const { name, part } = subjectOf({ type, name: logicalName });
    switch (type) {
      case "aws:iam/user:User":
        this.users.set(name, resource);
        break;
      case "aws:iam/userPolicy:UserPolicy":
        this.denies.set(name, resource);
        break;
      case "aws:iam/role:Role":
        this.roles.set(name, resource);
        break;
      case "aws:iam/rolePolicy:RolePolicy":
        this.roleDenies.set(name, resource);
        break;
      case "aws:iam/accessKey:AccessKey": {
        const status = resource.inputs?.["status"] === "Inactive" ? "inactive" : "active";
        const generation = part.slice("key ".length);
        this.keys.set(name, { ...this.keys.get(name), [generation]: status });
        break;
      }
      case REPOSITORY_POLICY_TYPE: {
        const region = logicalName.slice(logicalName.lastIndexOf("@") + 1);
        const policies = this.policies.get(name) ?? new Map<string, StateResource>();
        this.policies.set(name, policies.set(region, resource));
        break;
      }
    }
  }
}

/**
 * The real plugin keeps the new inputs of an update that failed halfway, and marks the resource: what AWS
 * has of it is not known.
 */
export function isFinished({ initErrors }: StateResource): boolean {
  return initErrors === undefined || initErrors.length === 0;
}

/** Its tags; none without a resource. */
export function tagsOf(resource: StateResource | undefined): Readonly<Record<string, string>> {
  return (resource?.inputs?.["tags"] ?? {}) as Readonly<Record<string, string>>;
}

/** Whom the statements of ours name in a repository's policy. */
export function principalsOf({ inputs }: StateResource): string[] {
  return (documentIn(inputs?.["policy"])?.Statement ?? [])
    .filter(({ Sid }) => OWN_SIDS.some((own) => own === Sid))
    .flatMap(({ Principal }) =>
      typeof Principal === "object" && "AWS" in Principal ? [Principal.AWS].flat() : [],
    );
}

/** The statements of its policy; none without one. */
export function statementsOf({ inputs }: StateResource): PolicyDocument["Statement"] {
  return documentIn(inputs?.["policy"])?.Statement ?? [];
}

function documentIn(text: unknown): PolicyDocument | undefined {
  return typeof text === "string" ? (JSON.parse(text) as PolicyDocument) : undefined;
}
