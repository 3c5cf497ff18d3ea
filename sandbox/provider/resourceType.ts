import type { AwsClients } from "./clients";
import type { ProviderSettings } from "./settings";
import type { Properties } from "./values";

/** What a resource's code works with. */
export interface Context {
  clients: AwsClients;
  settings: ProviderSettings;
}

/** What an input means to check and diff. */
export interface InputRule {
  required?: boolean;
  /** A change cannot be made in place. */
  replaces?: boolean;
  default?: unknown;
  /** Without a value, a name is made from the resource's logical name. */
  autoname?: boolean;
  /** Without a value, what AWS has stays as it is. */
  keptIfUnset?: boolean;
  /** Without a value, it is the provider's region. */
  region?: boolean;
  /** Says of two values that differ in their text whether they are the same to AWS. */
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
  /** Outputs that only AWS can tell. */
  computed: readonly (keyof State & string)[];
  /** The old one must go before its replacement is made, because both would be the same thing. */
  deleteBeforeReplace?: boolean;
  /** Of those, the ones that are secret. */
  secrets?: readonly (keyof State & string)[];
  /** Outputs that follow from the inputs alone, known in a preview already. */
  derived?: (inputs: Inputs) => Partial<State>;
  create(context: Context, inputs: Inputs): Promise<Found<State>>;
  /** False for what the real provider takes from the answer to its creation alone. */
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

/** A resource type whose inputs and state only its own code can tell. */
export type AnyResourceType = ResourceType<Properties, Properties>;

/** Keeps a resource type's own typing inside its file. */
export function resourceType<Inputs extends object, State extends Inputs>(
  type: ResourceType<Inputs, State>,
): AnyResourceType {
  return type as unknown as AnyResourceType;
}

/**
 * The resource exists, but a later step failed. The engine keeps it in its state, and the next
 * update goes on from there.
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

/** Runs a step after the resource was made; `state` is what is true when the step fails. */
export async function afterwards<T>(id: string, state: object, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof HalfDone ? error : new HalfDone(id, state, error);
  }
}
