import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { readFailure } from "./errorCode";
import type { Problem } from "./problem";
import { shown } from "./yaml/place";
import { decode } from "./yaml/text";
import { readYaml } from "./yaml/nodes";

/** Most tokens of a `Pulumi.yaml`. */
const MAX_PARTS = 50_000;

/** A project name that Pulumi accepts; it is part of the `Id` of repository policies. */
const PROJECT_NAME = /^[A-Za-z0-9_.-]{1,100}$/;

/** The name of the Pulumi project in a folder, from its `Pulumi.yaml`. Never throws. */
export function loadProjectName(directory: string): { name?: string; problem?: Problem } {
  const path = join(directory, "Pulumi.yaml");
  const file = relative(process.cwd(), path);
  try {
    const { text } = decode(readFileSync(path), file);
    const root = text === undefined ? undefined : readYaml(text, file, MAX_PARTS).root;
    const name =
      root?.kind === "map" ? root.entries.find(({ key }) => key.text === "name")?.value : undefined;
    if (name?.kind === "scalar" && PROJECT_NAME.test(name.text)) return { name: name.text };
    return { problem: problem(file, name === undefined ? "none" : shown(name)) };
  } catch (error) {
    return { problem: problem(file, readFailure(error)) };
  }
}

function problem(file: string, found: string): Problem {
  return {
    file,
    line: 1,
    column: 1,
    path: "name",
    message: `expected the name of the Pulumi project, got ${found}`,
    fix: "Write e.g. `name: ecr-customers`; never change it later, because every resource in the state contains it.",
    check: "project-name",
  };
}
