// Which parts of a deployment an update has to run.
import { cellStack, type Cell } from "../../src/access/cells";
import { baseDigest } from "../../src/access/digest";
import type { StackInput } from "../../src/project";
import type { StackState } from "../engine/stackState";
import { allCells, digestsOf } from "./layout";

/** One part of a deployment that is spread over several stacks. */
export type DeploymentPart = Cell | "base";

/** What restricts or extends the parts that run. */
interface PartOptions {
  /** Run every part, including unchanged ones. */
  all: boolean;
  /** Run only this part. */
  only?: DeploymentPart;
}

/**
 * Cells whose declared content differs from the recorded one.
 *
 * @param digests - what the cells have declared, as far as known.
 */
export function changedCells(
  input: StackInput,
  digests: Readonly<Record<string, string>>,
  { only, all }: PartOptions,
  refresh = false,
): Cell[] {
  if (only === "base") return [];
  const wanted = digestsOf(input, allCells(input));
  return allCells(input).filter((cell) => {
    if (only !== undefined && only !== cell) return false;
    return all || refresh || wanted[cell] !== digests[cell];
  });
}

/**
 * The base stack runs only when a cell or its own content has changed.
 *
 * @param recorded - digest of what it has declared.
 */
export function runsBase(
  { config, customers, today }: StackInput,
  recorded: string | undefined,
  changed: readonly Cell[],
  { only, all }: PartOptions,
): boolean {
  if (only !== undefined) return only === "base";
  return all || recorded !== baseDigest(customers, config, today) || changed.length > 0;
}

/** Reads what cells that ran on other machines have declared, from their own stacks, into `digests`. */
export async function readDigests(
  input: StackInput,
  digests: Record<string, string>,
  state: Pick<StackState, "outputs">,
): Promise<void> {
  const wanted = digestsOf(input, allCells(input));
  for (const cell of allCells(input)) {
    if (wanted[cell] === digests[cell]) continue;
    const outputs = await state.outputs(cellStack(input.config.stack, cell));
    if (typeof outputs?.["digest"] === "string") digests[cell] = outputs["digest"];
  }
}
