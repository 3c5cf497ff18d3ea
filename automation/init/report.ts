import { lineDifference } from "../output/lineDifference";
import type { ComparedFile, FileState } from "./comparison";
import type { FilledTemplate } from "./template";

const WORDS: Readonly<Record<Exclude<FileState, "current">, string>> = {
  new: "new in the template",
  behind: "behind the template",
  kept: "changed by hand, and stays; the template has changed too",
  foreign: "was here before, and stays",
};

/** A line for each file that is not as the template has it. */
export function stateLines(compared: readonly ComparedFile[]): string[] {
  return compared.flatMap(({ path, state, present }) => {
    if (state === "current") return [];
    const isDeleted = state === "kept" && present === undefined;
    return [
      `${path}: ${isDeleted ? "deleted by hand, and stays so; the template has changed" : WORDS[state]}`,
    ];
  });
}

/** What would change in each file, and, for those that stay, what the template has instead. */
export function differenceLines(compared: readonly ComparedFile[]): string[] {
  return compared.flatMap(({ path, state, present = "", text }) => {
    if (state === "current" || state === "new") return [];
    const title = state === "behind" ? `--- ${path}` : `--- ${path} (not written)`;
    return ["", title, ...lineDifference(present, text)];
  });
}

/** The comparison as values. */
export function filesAsJson(compared: readonly ComparedFile[], { roles }: FilledTemplate) {
  return {
    files: Object.fromEntries(compared.map(({ path, state }) => [path, state])),
    differences: Object.fromEntries(
      compared.flatMap(({ path, state, present = "", text }) =>
        state === "current" || state === "new" ? [] : [[path, lineDifference(present, text)]],
      ),
    ),
    roles: roles.map(({ further, ...role }) => ({
      ...role,
      ...(Number.isFinite(further) ? { further } : {}),
    })),
  };
}
