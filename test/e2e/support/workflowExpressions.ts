// GitHub's expressions, as far as this project's workflows use them: `${{ inputs.stack || vars.STACK }}`.
import { runInNewContext } from "node:vm";

/** Values of GitHub's contexts: `env`, `github`, `inputs`, `needs`, `matrix`, `vars`, `secrets`, `steps`, `runner`. */
export type Contexts = Record<string, unknown>;

/** Texts with their expressions evaluated. */
export function filledAll(values: Readonly<Record<string, unknown>> = {}, contexts: Contexts) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, String(filled(value, contexts))]),
  );
}

/** A value with its expressions evaluated; a value that is one expression keeps its type. */
export function filled(value: unknown, contexts: Contexts): unknown {
  if (typeof value !== "string") return value;
  const [, only] = /^\$\{\{((?:(?!\}\}).)*)\}\}$/.exec(value) ?? [];
  if (only !== undefined) return evaluate(only, contexts);
  return value.replace(/\$\{\{(.*?)\}\}/g, (_, text: string) => String(evaluate(text, contexts)));
}

const CONTEXT_PATH =
  /\b(?:env|github|inputs|needs|matrix|vars|secrets|steps|runner)(?:\.[\w-]+|\.\*|\[\d+\])+/g;

/** GitHub's expressions are JavaScript's, but for texts in single quotes and names with hyphens. */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const script = expression
    .replace(/^\$\{\{|\}\}$/g, "")
    .split(/('(?:[^']|'')*')/)
    .map((part, at) =>
      at % 2 === 1
        ? JSON.stringify(part.slice(1, -1).replaceAll("''", "'"))
        : part.replace(CONTEXT_PATH, (path) => `valueOf(${JSON.stringify(path)})`),
    )
    .join("");
  const valueOf = (path: string) => valueAt(contexts, path.split(/[.[\]]+/).filter(Boolean)) ?? "";
  const functions = {
    valueOf,
    cancelled: () => false,
    hashFiles: () => "0".repeat(64),
    contains: (list: unknown[] | string, value: unknown) => list.includes(value as string),
    fromJSON: (text: string) => JSON.parse(text) as unknown,
  };
  return runInNewContext(script, functions) as unknown;
}

/** `*` stands for every value of a context (expressions, "Object filters"). */
function valueAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  const inside = (value ?? {}) as Contexts;
  if (key === "*") return Object.values(inside).map((one) => valueAt(one, rest));
  return valueAt(inside[key], rest);
}
