// Every text of a notice with values as they could be, so that a vendor can read its own templates.
import { filled, TEMPLATES, type Templates } from "../../src/notices/texts";

const VALUES = {
  ...{ id: "acme", name: "Acme Robotics GmbH", repositories: "edge-agent, orchestrator" },
  ...{
    repository: "edge-agent",
    generation: "1",
    days: "90",
    date: "2027-01-31",
    when: "in 14 days",
  },
  ...{ used: "9,412", limit: "10,240", room: "14", users: "4,500" },
};

/** A text as someone would receive it. */
export interface Sample {
  /** E.g. `ends.customer`. */
  notice: string;
  subject: string;
  text: string;
}

/** One sample for each notice and audience. @param templates - all of them, the vendor's own among them. */
export function samplesOf(templates: Templates): Sample[] {
  return Object.keys(TEMPLATES).flatMap((notice) => {
    const template = templates[notice];
    if (template === undefined) return [];
    const { subject, text } = template;
    return [{ notice, subject: filled(subject, VALUES), text: filled(text, VALUES) }];
  });
}

/** The samples for reading. */
export function samplesText(samples: readonly Sample[]): string {
  return samples
    .map(({ notice, subject, text }) => `${notice}\n  ${subject}\n\n${indented(text)}\n`)
    .join("\n");
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`))
    .join("\n");
}
