// What a report shows, read from the files, from git, and from AWS if asked.
import { join, resolve } from "node:path";
import { dayOf } from "../../src/customers/isoDate";
import { entitledGrants } from "../../src/access/entitlements";
import { deviationWords, remedyWords } from "../../src/account/deviation";
import type { IsoDate } from "../../src/customers/model";
import { changesSince } from "../../src/history/since";
import type { StackInput } from "../../src/project";
import type { ReportedKey, ReportFacts } from "../../src/report/model";
import { openAws } from "../aws/open";
import { requireAccount } from "../aws/requireAccount";
import type { CommandContext } from "../cli/command";
import { compareWithAws, idsIfReadable } from "../compare/compare";
import { declaredElsewhere } from "../compare/elsewhere";
import { GitError } from "../files/git";
import { filesSince } from "../history/filesSince";
import { keyStatusReport } from "../keys/status";
import { cachedLastPulls } from "../pulls/last";
import { budgetsOf } from "../plan/budgetReport";

/** What is asked for. */
export interface ReportRequest {
  stack: string;
  input: StackInput;
  /** Folder of the customer files, if it is not the one of the settings. */
  folder?: string;
  since: IsoDate;
}

/** What follows from files, git and pulls that were read before. A key's age counts from its hand-over: no file says when AWS made it. */
export function factsOfFiles(request: ReportRequest, context: CommandContext): ReportFacts {
  const { stack, input } = request;
  const { customers, config, today } = input;
  const changes = changesOfFiles(request, context);
  const pulls = cachedLastPulls(context.directory, stack, input);
  return {
    ...{ stack, today, customers },
    grants: entitledGrants(customers, config, today),
    repositories: [...config.repositories.keys()],
    budgets: budgetsOf(input),
    keys: keysOfFiles(input, stack),
    ...(changes === undefined ? {} : { changes }),
    ...(pulls === undefined ? {} : { pulls }),
  };
}

/** Undefined where there is no git; the reason where git has a history and cannot read it: the page says so. */
function changesOfFiles(
  { input, folder, since }: ReportRequest,
  { directory, terminal }: CommandContext,
): ReportFacts["changes"] {
  const { customers, config, today } = input;
  try {
    const found = filesSince(resolve(folder ?? join(directory, config.customers)), since);
    const { files, ...known } = found;
    return { since, changes: changesSince(files, customers, since, today), ...known };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (error.why !== "failed") return undefined;
    const { message, advice } = error;
    terminal.report(`The page has no changes: ${message}. ${advice}`, "warning");
    return message;
  }
}

function keysOfFiles({ customers }: StackInput, stack: string): ReportedKey[] {
  return customers.flatMap(({ id, keys, handedOver = [] }) =>
    keys.map(({ generation, status }) => {
      const record = handedOver.find(
        (one) => one.generation === generation && (one.stack ?? stack) === stack,
      );
      return {
        ...{ customer: id, generation, isActive: status === "active" },
        ...(record === undefined ? {} : { since: record.on }),
      };
    }),
  );
}

/** What AWS adds: how it differs from the files, and the age and the last use of keys. @throws as `drift` does. */
export async function factsOfAws(
  input: StackInput,
  context: CommandContext,
): Promise<Required<Pick<ReportFacts, "deviations" | "keys">>> {
  const { config, customers } = input;
  const aws = await openAws(config, context);
  await requireAccount(aws, config);
  const found = await compareWithAws(aws, input, {
    elsewhere: declaredElsewhere(config, context),
    state: idsIfReadable(config, context),
    lastUse: true,
  });
  // Which key is too old, the page says.
  const limits = { now: context.now, olderThan: Infinity, overlapDays: Infinity };
  const status = keyStatusReport(found, customers, limits);
  const keys = status.customers.flatMap(({ customer, generations }) =>
    generations.map(({ generation, declared, key }): ReportedKey => ({
      ...{ customer, generation },
      isActive: key === undefined ? declared === "active" : key.status === "Active",
      ...(key?.createdAt === undefined ? {} : { since: dayOf(key.createdAt) }),
      ...(key?.lastUsed === undefined
        ? {}
        : { lastUsed: key.lastUsed === null ? null : dayOf(key.lastUsed.at) }),
    })),
  );
  const deviations = found.deviations.map((one) => ({
    what: deviationWords(one),
    fix: remedyWords(one),
  }));
  return { deviations, keys };
}
