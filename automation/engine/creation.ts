import { iamArn, type Home } from "../../src/access/arns";
import type { Creation } from "../aws/asCreated";

/** The id of a resource that cannot be created twice, and what its creation passes to AWS. */
interface KnownCreation {
  id: string;
  creation: Creation;
}

/** A resource as a program declares it. */
interface Declared {
  type: string;
  inputs?: Inputs;
}

type Inputs = Readonly<Record<string, unknown>>;

const CREATIONS: Readonly<Record<string, (inputs: Inputs, home: Home) => KnownCreation>> = {
  "aws:iam/user:User": (inputs) => ({
    id: text(inputs["name"]),
    creation: {
      kind: "user",
      name: text(inputs["name"]),
      path: text(inputs["path"] ?? "/"),
      tags: tagsIn(inputs),
    },
  }),
  "aws:iam/group:Group": (inputs) => ({
    id: text(inputs["name"]),
    creation: { kind: "group", name: text(inputs["name"]), path: text(inputs["path"] ?? "/") },
  }),
  "aws:iam/policy:Policy": (inputs, home) => {
    const arn = iamArn(home, `policy/${text(inputs["name"])}`);
    const document: unknown = JSON.parse(text(inputs["policy"] ?? "null"));
    return { id: arn, creation: { kind: "policy", arn, document, tags: tagsIn(inputs) } };
  },
  "aws:ecr/repository:Repository": (inputs, home) => ({
    id: text(inputs["name"]),
    creation: {
      kind: "repository",
      name: text(inputs["name"]),
      region: text(inputs["region"] ?? home.region),
      tags: tagsIn(inputs),
      mutability: text(inputs["imageTagMutability"] ?? "MUTABLE"),
    },
  }),
};

/** The call to AWS that shows whether a resource is just as its creation leaves it. */
export interface CreationReader {
  isAsCreated(creation: Creation): Promise<boolean>;
}

/**
 * A resource for the state, when AWS holds it exactly as this creation leaves it: with the same path and tags or text,
 * and no key, group, policy or image added. It is not in use, whoever created it. Anything else of the name may be
 * someone else's.
 *
 * @param takesRepositories - a repository may be in use, if it has the tags and the mutability that are declared.
 * @returns undefined also for a type that can be created again without harm.
 */
export async function asCreated<Resource extends Declared>(
  resource: Resource,
  home: Home,
  aws: CreationReader,
  takesRepositories = false,
): Promise<(Resource & { id: string; outputs: Inputs }) | undefined> {
  const { type, inputs = {} } = resource;
  const known = CREATIONS[type]?.(inputs, home);
  if (known === undefined) return undefined;
  const { creation } = known;
  const isTaken = takesRepositories && creation.kind === "repository";
  const asked = isTaken ? { ...creation, mayBeInUse: true } : creation;
  if (!(await aws.isAsCreated(asked))) return undefined;
  return { ...resource, id: known.id, outputs: inputs };
}

function tagsIn({ tags }: Inputs): Record<string, string> {
  return { ...(tags as Readonly<Record<string, string>> | undefined) };
}

function text(value: unknown): string {
  return String(value);
}
