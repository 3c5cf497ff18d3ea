import type { StackState } from "./stackState";

/** Where a project is and what its engine sees. */
export interface EnginePlace {
  /** The project's folder. */
  directory: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** What the engine keeps of a stack. Loaded only here: commands that need no engine must not wait for it. */
export async function openState(
  stack: string,
  { directory, environment }: EnginePlace,
): Promise<StackState> {
  const { Engine } = await import("./engine.js");
  const { StackState } = await import("./stackState.js");
  return new StackState(new Engine({ projectDirectory: directory, stack, environment }));
}
