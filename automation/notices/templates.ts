// A vendor's own texts: `notices/templates.yaml` in its repository.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { TEMPLATES, unknownPlaceholders, type Templates } from "../../src/notices/texts";
import { printable } from "../../src/printable";
import { nearest } from "../../src/yaml/nearest";
import { UsageError } from "../output/usageError";
import { NOTICES_FOLDER } from "./record";

const shape = z.record(
  z.string(),
  z.strictObject({
    subject: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^\p{Cc}]+$/u),
    text: z.string().min(1).max(20_000),
  }),
);

/** The vendor's templates where it has its own, else the usual ones. @throws UsageError */
export function loadTemplates(directory: string): Templates {
  const file = join(directory, NOTICES_FOLDER, "templates.yaml");
  if (!existsSync(file)) return TEMPLATES;
  const shown = `${NOTICES_FOLDER}/templates.yaml`;
  const own = shape.safeParse(parsed(readFileSync(file, "utf8")));
  if (!own.success) {
    throw new UsageError(
      `${shown} holds something other than notices with \`subject\` and \`text\``,
      'Write e.g. `ends.customer: { subject: "Your access ends {when}", text: "…" }`.',
    );
  }
  for (const [name, template] of Object.entries(own.data)) {
    if (!Object.hasOwn(TEMPLATES, name)) {
      const likely = nearest(name, Object.keys(TEMPLATES));
      throw new UsageError(
        `${shown}: there is no notice ${printable(name)}`,
        likely === undefined
          ? `There are ${Object.keys(TEMPLATES).join(", ")}.`
          : `Did you mean ${likely}?`,
      );
    }
    const [unknown] = unknownPlaceholders(name, template);
    if (unknown === undefined) continue;
    throw new UsageError(
      `${shown}: ${name} does not know {${printable(unknown)}}`,
      "docs/notices.md lists what each notice may name.",
    );
  }
  return { ...TEMPLATES, ...own.data };
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
