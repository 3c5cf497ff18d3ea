// What `pulumi stack export` prints of a stack of another project.
import { z } from "zod";
import { Secret } from "../../engine/secret";
import { sourceOf, type Source, type SourceKey, type SourceUser } from "./source";

const USER = "aws:iam/user:User";
const KEY = "aws:iam/accessKey:AccessKey";

const outputs = z.record(z.string(), z.unknown());
const exported = z.object({
  version: z.number(),
  deployment: z.object({
    resources: z
      .array(
        z.object({
          type: z.string(),
          id: z.string().optional(),
          delete: z.boolean().optional(),
          outputs: outputs.optional(),
        }),
      )
      .optional(),
  }),
});

/** A secret of a stack that was exported with `--show-secrets`; its text is JSON. */
const plain = z.object({ plaintext: z.string() });

/** Reads an exported stack; undefined when it is not one. */
export function pulumiSource(parsed: unknown): Source | undefined {
  const found = exported.safeParse(parsed);
  if (!found.success) return undefined;
  const resources = (found.data.deployment.resources ?? []).filter((one) => one.delete !== true);
  const users = resources
    .filter(({ type }) => type === USER)
    .map(({ outputs: its = {} }): SourceUser => {
      const arn = textOf(its["arn"]);
      return { name: textOf(its["name"]), ...(arn !== "" && { arn }) };
    });
  const keys = resources
    .filter(({ type }) => type === KEY)
    .map(({ id = "", outputs: its = {} }): SourceKey => {
      const secret = secretOf(its["secret"]);
      return { id, user: textOf(its["user"]), ...(secret && { secret }) };
    });
  return sourceOf("Pulumi stack", users, keys);
}

function secretOf(value: unknown): Secret | undefined {
  const shown = plain.safeParse(value);
  if (!shown.success)
    return typeof value === "string" && value !== "" ? new Secret(value) : undefined;
  try {
    const text: unknown = JSON.parse(shown.data.plaintext);
    return typeof text === "string" && text !== "" ? new Secret(text) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
