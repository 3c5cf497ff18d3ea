import { join, relative, resolve } from "node:path";
import { counted } from "../../src/counted";
import { dayOf } from "../../src/customers/isoDate";
import {
  endingSoon,
  renewalsOf,
  type NotProposed,
  type Renewal,
  type RenewalFacts,
} from "../../src/renewals/renewals";
import type { Command, CommandContext, CommonArguments } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { customersDirectory, loadStack } from "../cli/loadStack";
import { gitHub, setting } from "../github/api";
import { filesSince } from "../history/filesSince";
import { toJson } from "../output/json";
import { textTable } from "../output/textTable";
import { cachedLastPulls, type CachedPulls } from "../pulls/last";
import { committedFile } from "../renewals/branch";
import { openRenewal, type Opened } from "../renewals/open";
import { lengthWords, proposalOf, type LastPull } from "../renewals/proposal";

interface RenewalsArguments extends CommonArguments {
  open: boolean;
  base: string;
}

const WHY: Readonly<Record<NotProposed["why"], string>> = {
  "sales-system": "its end date comes from the sales system",
  "unknown-length":
    "git does not say how long its term is: fetch the whole history, or set a length",
  "short-term":
    "its term is shorter than four weeks: write another end into its file, or set a length",
  "longest-term": "`requireExpiry` allows no later end",
};

/** What is shown of a renewal. */
interface Shown {
  customer: string;
  ends: string;
  until?: string;
  note: string;
  pullRequest?: Opened;
  error?: string;
}

/** Proposes a new end date for each customer whose access ends soon: one pull request, which renews by its merge. */
export const renewals: Command<RenewalsArguments> = {
  examples: [
    ["renewals", "what would be proposed today"],
    ["renewals --open", "in the daily job renewals.yml"],
  ],
  build: (yargs) =>
    yargs
      .option("open", {
        type: "boolean",
        default: false,
        describe: "open a pull request for each that was not proposed before",
      })
      .option("base", {
        type: "string",
        default: "main",
        requiresArg: true,
        describe: "branch that the pull requests are merged into",
      }),
  async run(args, context) {
    const { terminal, directory, today } = context;
    const { stack, input } = loadStack(args, context);
    const { config, customers } = input;
    if (config.renewal === undefined) {
      if (args.json) terminal.print(toJson({ stack, renewals: [] }));
      terminal.report(
        `The settings of ${stack} do not say how long a renewal lasts: nothing is proposed. Write e.g. \`ecr-customers:renewal: 1y\`.`,
        "warning",
      );
      return ExitCode.done;
    }
    const folder = resolve(customersDirectory(args, context) ?? join(directory, config.customers));
    const rule = config.renewal;
    const facts = { customers, today, rule };
    const maxMonths = config.requireExpiry?.maxMonths;
    const found = renewalsOf({ ...facts, maxMonths, versionsOf: versionsIn(folder, facts) });
    const lastPull = args.open
      ? lastPullWords(cachedLastPulls(directory, stack, input))
      : undefined;
    const shown: Shown[] = found.notProposed.map(({ customer, ends, why }) => ({
      ...{ customer: customer.id, ends, note: WHY[why] },
    }));
    for (const renewal of found.renewals) {
      const line = lineOf(renewal);
      const result = lastPull && (await opened(renewal, { folder, lastPull }, args, context));
      shown.push({ ...line, ...result });
    }
    shown.sort((a, b) => (a.ends < b.ends ? -1 : a.ends > b.ends ? 1 : 0));
    if (args.json) terminal.print(toJson({ stack, renewals: shown }));
    else {
      const head = ["customer", "ends", "renewed until", "pull request"];
      const cells = shown.map(cellsOf);
      if (shown.length > 0) terminal.print(textTable([head, ...cells]).join("\n"));
      terminal.print(`${counted(found.renewals.length, "renewal")} to propose.`, "strong");
    }
    return shown.some(({ error }) => error !== undefined) ? ExitCode.failed : ExitCode.done;
  },
};

const FIRST_DAY = "0001-01-01";

/** The versions of the files whose access ends soon; of the other ones nothing is read. */
function versionsIn(
  folder: string,
  facts: Parameters<typeof endingSoon>[0],
): RenewalFacts["versionsOf"] {
  const ids = new Set(endingSoon(facts).map(({ id }) => id));
  if (facts.rule.length !== "same-length" || ids.size === 0) return () => [];
  const { files, knownFrom } = filesSince(folder, FIRST_DAY, ids);
  // Of a clone with the latest commits only it is not known when a term began.
  if (knownFrom !== undefined) return () => [];
  const byId = new Map(files.map(({ customer, versions }) => [customer, versions]));
  return (id) => byId.get(id) ?? [];
}

function lineOf({ customer, ends, until, length }: Renewal): Shown {
  return { customer: customer.id, ends, until, note: lengthWords(length) };
}

function cellsOf({ customer, ends, until = "not proposed", note, pullRequest, error }: Shown) {
  const request = pullRequest && `#${pullRequest.number} ${pullRequest.state}`;
  return [customer, ends, until, error ?? request ?? note];
}

/** What the pull request says of a customer's last pull, according to what `pulls` has read before. */
function lastPullWords(pulls: CachedPulls | undefined): LastPull {
  if (pulls === undefined) return () => undefined;
  return (customer) => {
    const last = pulls.last.get(customer);
    return last === undefined
      ? `none from ${dayOf(pulls.from)} to ${dayOf(pulls.through)}`
      : `on ${dayOf(last)}`;
  };
}

/** One that fails does not stop the others. */
async function opened(
  renewal: Renewal,
  { folder, lastPull }: { folder: string; lastPull: LastPull },
  { base }: RenewalsArguments,
  { directory, environment }: CommandContext,
): Promise<Pick<Shown, "pullRequest" | "error">> {
  const call = gitHub(environment);
  const repository = setting(environment, "GITHUB_REPOSITORY");
  try {
    const file = relative(directory, join(folder, `${renewal.customer.id}.yaml`));
    const proposal = proposalOf(renewal, committedFile(directory, file), lastPull);
    const target = { directory, repository, base, call };
    return { pullRequest: await openRenewal(proposal, target) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error: error.message };
  }
}
