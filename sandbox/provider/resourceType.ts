import type { AwsClients } from "./clients";
import type { ProviderSettings } from "./settings";
import type { Properties } from "./values";

/** What a resource type works with. */
export interface Context {
  clients: AwsClients;
  settings: ProviderSettings;
}

/** How check and diff treat an input. */
export interface InputRule {
  required?: boolean;
  /** A change cannot be made in place. */
  replaces?: boolean;
  default?: unknown;
  /** Without a value, a name is generated from the resource's logical name. */
  autoname?: boolean;
  /** Without a value, what AWS has stays as it is. */
  keptIfUnset?: boolean;
  /** Without a value, it is the provider's region. */
  region?: boolean;
  /** Whether two values that differ in their text are the same to AWS. */
  same?: (left: unknown, right: unknown) => boolean;
  /** The form in which a known value is kept, e.g. of JSON. */
  normalize?: (value: unknown) => unknown;
  /** An output that changes with it, and is named in a diff beside it. */
  mirroredBy?: string;
  /** @returns what is wrong with a known value. */
  problem?: (value: unknown) => string | undefined;
}

/** A resource as AWS has it: the id by which it is imported, and inputs and outputs together. */
export interface Found<State> {
  id: string;
  state: State;
}

/** A resource type: its rules for check and diff, and its calls. */
export interface ResourceType<Inputs extends object, State extends Inputs> {
  token: string;
  inputs: { readonly [Key in keyof Required<Inputs>]: InputRule };
  /** Outputs that only AWS knows. */
  computed: readonly (keyof State & string)[];
  /** The old one must be deleted before its replacement is created, because both would be the same thing. */
  deleteBeforeReplace?: boolean;
  /** Those of them that are secret. */
  secrets?: readonly (keyof State & string)[];
  /** Outputs that follow from the inputs alone, known in a preview already. */
  derived?: (inputs: Inputs) => Partial<State>;
  create(context: Context, inputs: Inputs): Promise<Found<State>>;
  /** False where the real provider does not read after creation. */
  readAfterCreate?: false;
  /**
   * @param state - what is known of it; undefined when it is imported by id.
   * @returns undefined when AWS has no such thing.
   */
  read(context: Context, id: string, state: State | undefined): Promise<Found<State> | undefined>;
  /** Missing when every change replaces the resource. */
  update?(context: Context, id: string, old: State, inputs: Inputs): Promise<State>;
  /** Succeeds when there is nothing to delete. */
  delete(context: Context, id: string, state: State): Promise<void>;
}

/** A resource type whose inputs and state are known to its own code only. */
export type AnyResourceType = ResourceType<Properties, Properties>;

/** Keeps a resource type's own typing inside its file. */
export function resourceType<Inputs extends object, State extends Inputs>(
  type: ResourceType<Inputs, State>,
): AnyResourceType {
  return type as unknown as AnyResourceType;
}

/**
 * The resource exists, but a later step failed. The engine keeps it in its state, and the next
 * update continues from there.
 */
export class HalfDone extends Error {
  constructor(
    readonly id: string,
    readonly state: object,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = "HalfDone";
  }
}

/** Runs a step after the resource was created; `state` is its state if the step fails. */
export async function afterwards<T>(id: string, state: object, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof HalfDone ? error : new HalfDone(id, state, error);
  }
}
