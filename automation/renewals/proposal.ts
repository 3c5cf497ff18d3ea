// A renewal as a pull request: its branch, title, text and the edited file.
import { parseCustomer } from "../../src/customers/parse";
import type { Customer } from "../../src/customers/model";
import { setExpires } from "../../src/customers/write";
import { counted } from "../../src/counted";
import type { Length, Renewal } from "../../src/renewals/renewals";
import { canonicalJson } from "../output/json";
import { escapeMarkdown } from "../output/markdown";
import { UsageError } from "../output/usageError";
import type { CommittedFile } from "./branch";

/** What is known of a customer's last pull, e.g. a day; undefined: nothing. */
export type LastPull = (customer: string) => string | undefined;

/** A pull request to open. */
export interface Proposal {
  customer: string;
  branch: string;
  path: string;
  /** Of the edited file. */
  text: string;
  title: string;
  body: string;
}

/**
 * The branch of a renewal. It is the same for the same file and the same end, so it shows whether a
 * renewal was proposed before.
 *
 * @param path - of the customer file in the repository.
 */
function renewalBranch(path: string, { ends }: Pick<Renewal, "ends">): string {
  return `renewals/${path.replace(/\.yaml$/, "")}/${ends}`;
}

/** @throws UsageError when the committed file is not the one that was read, or cannot be edited. */
export function proposalOf(
  renewal: Renewal,
  { path, text: committed }: CommittedFile,
  lastPull: LastPull,
): Proposal {
  const { customer, until } = renewal;
  const { id } = customer;
  const before = parseCustomer(committed, id, path).customer;
  if (before === undefined || canonicalJson(before) !== canonicalJson(customer)) {
    throw new UsageError(
      `${path} is not as it was committed`,
      "Commit it first: a renewal is proposed for what is in git.",
    );
  }
  const text = setExpires(committed, until);
  const after = parseCustomer(text, id, path).customer;
  if (canonicalJson(after) !== canonicalJson({ ...before, expires: until } satisfies Customer)) {
    throw new UsageError(
      `${path} has a form in which its end date cannot be edited safely`,
      "Renew it by hand.",
    );
  }
  return {
    ...{ customer: id, branch: renewalBranch(path, renewal), path, text },
    title: `Renew ${id} until ${until}`,
    body: bodyOf(renewal, path, lastPull(id)),
  };
}

function bodyOf({ customer, ends, until, length }: Renewal, path: string, pull?: string): string {
  const { id, name, repositories, contact, owner, keys, awsAccount, oidc } = customer;
  const row = (what: string, text: string) => `| ${what} | ${text} |`;
  const names = repositories.map((one) => `\`${one}\``).join(", ");
  const active = keys.filter(({ status }) => status === "active").length;
  const by = [
    ...(active > 0 ? [counted(active, "active key")] : []),
    ...(awsAccount === undefined ? [] : [`its AWS account ${awsAccount}`]),
    ...(oidc === undefined ? [] : ["its OIDC identity"]),
  ];
  return [
    `<!-- ecr-customers renewal of ${path} ${ends} -->`,
    `The access of **${escapeMarkdown(name)}** (\`${id}\`) ends after **${ends}** (UTC). Merging this pull request renews it until **${until}**, ${lengthWords(length)}.`,
    "",
    "| | |",
    "| --- | --- |",
    row("Pulls", names),
    row("By", by.join(" and ") || "nothing active"),
    row(
      "Last pull",
      pull === undefined
        ? "not known: `ecr-customers pulls` was not run before"
        : escapeMarkdown(pull),
    ),
    row("Contact", contact === undefined ? "none" : escapeMarkdown(contact)),
    row("Owner", owner === undefined ? "none" : escapeMarkdown(owner)),
    "",
    `- **Merged**: renewed. The next update changes the end in AWS; keys stay as they are.`,
    `- **Closed, or not merged by ${ends}**: access ends. AWS refuses pulls after that day, whether or not anything runs; user and keys stay, and a later \`expires\` in \`${path}\` gives the access back.`,
    `- For another end, edit \`expires\` in this branch. A pull request for this end is not opened again.`,
    "",
  ].join("\n");
}

/** E.g. `12 months, as its settings say`. */
export function lengthWords({ months, by, isLimited }: Length): string {
  if (isLimited) return "the latest end that `requireExpiry` allows";
  const time = counted(months, "month");
  return by === "settings" ? `${time} later` : `${time} later, as long as the term that ends`;
}
