import type { StackState } from "./stackState";

/** A project's folder and its engine's environment. */
export interface EnginePlace {
  /** The project's folder. */
  directory: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** Opens a stack's state. Loads the engine's code only now: commands that do not need it must not wait for it. */
export async function openState(
  stack: string,
  { directory, environment }: EnginePlace,
): Promise<StackState> {
  const { Engine } = await import("./engine.js");
  const { StackState } = await import("./stackState.js");
  return new StackState(new Engine({ projectDirectory: directory, stack, environment }));
}
