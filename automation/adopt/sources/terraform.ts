// Terraform's two forms of a state: the file itself, version 4, and what `terraform show -json` prints.
import { z } from "zod";
import { Secret } from "../../engine/secret";
import { sourceOf, type Source, type SourceKey, type SourceUser } from "./source";

const USER = "aws_iam_user";
const KEY = "aws_iam_access_key";

const values = z.record(z.string(), z.unknown());
type Values = z.infer<typeof values>;

/** Terraform, "State: Format": not promised to stay, but the same since 0.12. */
const stateFile = z.object({
  version: z.literal(4),
  resources: z.array(
    z.object({
      mode: z.string(),
      type: z.string(),
      instances: z.array(z.object({ attributes: values.nullish() })),
    }),
  ),
});

interface Module {
  resources?: { mode: string; type: string; values?: Values | null | undefined }[] | undefined;
  child_modules?: Module[] | undefined;
}
const module: z.ZodType<Module> = z.lazy(() =>
  z.object({
    resources: z
      .array(z.object({ mode: z.string(), type: z.string(), values: values.nullish() }))
      .optional(),
    child_modules: z.array(module).optional(),
  }),
);

/** Terraform, "JSON Output Format": `terraform show -json` without a plan. */
const shown = z.object({
  format_version: z.string(),
  values: z.object({ root_module: module }),
});

/** Reads a state file, or what `terraform show -json` printed; undefined when it is neither. */
export function terraformSource(parsed: unknown): Source | undefined {
  const file = stateFile.safeParse(parsed);
  if (file.success) {
    const found = file.data.resources
      .filter(({ mode }) => mode === "managed")
      .flatMap(({ type, instances }) =>
        instances.map(({ attributes }) => ({ type, values: attributes ?? {} })),
      );
    return ofResources("Terraform state", found);
  }
  const printed = shown.safeParse(parsed);
  if (!printed.success) return undefined;
  return ofResources(
    "output of terraform show -json",
    resourcesIn(printed.data.values.root_module),
  );
}

interface Resource {
  type: string;
  values: Values;
}

function resourcesIn({ resources = [], child_modules: modules = [] }: Module): Resource[] {
  const own = resources
    .filter(({ mode }) => mode === "managed")
    .map(({ type, values: its }) => ({ type, values: its ?? {} }));
  return [...own, ...modules.flatMap(resourcesIn)];
}

function ofResources(kind: string, resources: readonly Resource[]): Source {
  const users = resources
    .filter(({ type }) => type === USER)
    .map(({ values: its }): SourceUser => {
      const arn = textOf(its, "arn");
      return { name: textOf(its, "name"), ...(arn !== "" && { arn }) };
    });
  const keys = resources
    .filter(({ type }) => type === KEY)
    .map(({ values: its }): SourceKey => {
      // With `pgp_key` there is only the encrypted secret, which no one here can read.
      const secret = textOf(its, "secret");
      const known = secret === "" ? {} : { secret: new Secret(secret) };
      return { id: textOf(its, "id"), user: textOf(its, "user"), ...known };
    });
  return sourceOf(kind, users, keys);
}

function textOf(from: Values, key: string): string {
  const value = from[key];
  return typeof value === "string" ? value : "";
}
