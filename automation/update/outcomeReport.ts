import { deviationWords, remedyWords, type Deviation } from "../../src/account/deviation";
import { deviationAsJson } from "../compare/report";
import type { Applied } from "./applying";
import type { CommandContext } from "../cli/command";
import type { EngineError } from "../engine/errors";
import { nameOf, typeOf, type ResourceChange } from "../engine/events";
import { ExitCode } from "../cli/exitCode";
import { tellRemoved, type Removed } from "./removing";
import { failureLines } from "./failureReport";
import type { RefusedGrant } from "./leaveOutRefused";
import type { ReportLine } from "../output/report";
import { toJson } from "../output/json";
import type { Plan } from "../plan/plan";
import type { NewKey } from "../plan/newKeys";
import { subjectText } from "../plan/subject";
import type { Terminal } from "../output/terminal";
import { counted } from "../../src/counted";

/** How many of those that were not reached are named. */
const PENDING_SHOWN = 10;

/** Commands that are written out; further customers are listed. */
const HANDOVERS_SHOWN = 10;

/**
 * Reports what was done, what failed and what is left to do.
 *
 * @param more - further fields of the JSON document.
 * @returns the process's exit code.
 */
export function tellOutcome(
  applied: Applied,
  plan: Plan,
  json: boolean,
  { terminal }: CommandContext,
  more: object = {},
): ExitCode {
  const { error, failures, refused, deviations, removed, unread } = applied;
  const problems = failures.length + refused.length + deviations.length + removed.length;
  const isDone = error === undefined && unread === undefined && problems === 0;
  if (json) terminal.print(toJson({ ...asJson(applied, plan), ...more }));
  else tellDone(applied, plan, terminal);
  for (const { user, key } of applied.orphanKeys) {
    terminal.report(
      `Deleted key ${key} of ${user}: its creation failed halfway, and no one has its secret.`,
      "warning",
    );
  }
  if (isDone) return ExitCode.done;

  if (error !== undefined && error.kind !== "resources") tellEngineError(error, terminal);
  const lines = [...refused.map(refusedLine), ...failureLines(failures)];
  if (lines.length > 0) {
    terminal.report(
      `Failed for ${counted(lines.length, "customer or repository", "customers or repositories")}:`,
      "bad",
    );
    for (const { cells } of lines) terminal.report(`  ${cells.join(": ")}`, "bad");
  }
  if (unread !== undefined) {
    terminal.report(`AWS could not be read back: ${unread.message}.`, "bad");
    terminal.report(unread.advice);
  }
  if (deviations.length > 0) {
    terminal.report("AWS differs from the files:", "bad");
    tellDeviations(deviations, terminal);
  }
  tellRemoved(removed, terminal);
  for (const user of applied.revoked) {
    terminal.report(
      `The access of ${user} was ended by direct calls to AWS, because the engine could not.`,
      "warning",
    );
  }
  tellPending(applied.pending, terminal);
  return ExitCode.failed;
}

/**
 * Reports that an update has nothing to change, and what differed from the files nevertheless.
 *
 * @param more - further fields of the JSON document.
 */
export function tellNothingToDo(
  stack: string,
  { removed, left }: Removed,
  json: boolean,
  terminal: Terminal,
  more: object = {},
): ExitCode {
  const isSame = left.length + removed.length === 0;
  if (json) {
    const found = { deviations: left.map(deviationAsJson), removed: removed.map(deviationAsJson) };
    terminal.print(toJson({ stack, changed: [], failed: [], ...found, ...more }));
  } else if (isSame) terminal.print("Nothing to do.", "good");
  if (left.length > 0) {
    terminal.report("Nothing to update, but AWS differs from the files:", "bad");
    tellDeviations(left, terminal);
  }
  tellRemoved(removed, terminal);
  return isSame ? ExitCode.done : ExitCode.failed;
}

/** Each on a line, and what to do about it on the next. */
function tellDeviations(deviations: readonly Deviation[], terminal: Terminal): void {
  for (const deviation of deviations) {
    terminal.report(`  ${deviationWords(deviation)}`, "bad");
    const remedy = remedyWords(deviation);
    if (remedy !== "") terminal.report(`    ${remedy}`);
  }
}

/** What AWS refuses about one customer, and the ways out. */
function refusedLine({ customer, repository, principal }: RefusedGrant): ReportLine {
  const why = whyRefused(principal);
  return {
    cells: [customer, `ECR refuses ${principal} in the policy of ${repository}: ${why}.`],
    tone: "bad",
  };
}

function whyRefused(principal: string): string {
  if (principal.endsWith(":root")) {
    return "the account was closed, or its number is mistyped. Correct `awsAccount` in its file, or suspend it";
  }
  if (principal.includes(":role/customers/")) {
    return "the role does not exist. Run `ecr-customers up --refresh`";
  }
  return principal.includes(":role/")
    ? "the role does not exist, or its name is mistyped. Correct `identity` in its file"
    : "the user does not exist. Run `ecr-customers up --refresh`";
}

/** What the engine could not do, and what to do about it. */
export function tellEngineError({ message, advice }: EngineError, terminal: Terminal): void {
  terminal.report(`Error: ${message}`, "bad");
  if (advice !== "") terminal.report(advice);
}

function tellDone(applied: Applied, plan: Plan, terminal: Terminal): void {
  const { readBack, deviations, recovery } = applied;
  if (recovery !== undefined) {
    terminal.print("An earlier run was killed; what it had started is recovered.");
  }
  for (const { user, key } of recovery?.deletedKeys ?? []) {
    terminal.print(`Deleted key ${key} of ${user}: its secret was lost with the killed run.`);
  }
  for (const { user, key } of recovery?.unknownKeys ?? []) {
    terminal.print(
      `Key ${key} of ${user} is not managed by this stack: see \`ecr-customers keys status\`.`,
      "warning",
    );
  }
  if (applied.adopted.length > 0) {
    const adopted = applied.adopted.map((urn) =>
      subjectText({ type: typeOf(urn), name: nameOf(urn) }),
    );
    terminal.print(`Adopted, because AWS had created it without an answer: ${adopted.join(", ")}.`);
  }
  terminal.print(`${counted(changed(applied).length, "resource")} changed.`);
  if (readBack.length > 0 && deviations.length === 0) {
    const customers = counted(readBack.length, "customer");
    terminal.print(`Read back from AWS: ${customers} and every policy match the files.`, "good");
  }
  const { beforeAdoption = [] } = applied;
  if (beforeAdoption.length > 0) {
    const [who, has] = [
      counted(beforeAdoption.length, "adopted customer"),
      beforeAdoption.length === 1 ? "has" : "have",
    ];
    terminal.print(
      `${who} still ${has} rights from before; \`ecr-customers adopt --finish <customer>\` removes what is no longer used.`,
    );
  }
  const fresh = toHandOver(plan, applied);
  if (fresh.length > 0) tellHandovers(fresh, terminal);
}

/**
 * New keys of customers that can pull. After a failure or an interruption, only what is recorded as applied
 * counts; the next update lists the others.
 */
function toHandOver({ handovers }: Plan, { error, record }: Applied): readonly NewKey[] {
  if (error === undefined) return handovers;
  return handovers.filter(({ customer, generation }) => {
    const { keys = {}, repositories = [] } = record?.customers[customer] ?? {};
    return keys[String(generation)] === "active" && repositories.length > 0;
  });
}

/** A command for each key; of very many, the first ones, and whom the same is left to do for. */
function tellHandovers(fresh: readonly NewKey[], terminal: Terminal): void {
  terminal.print(`${counted(fresh.length, "new key")} to hand over:`);
  for (const { customer, generation } of fresh.slice(0, HANDOVERS_SHOWN)) {
    const isOnly = fresh.filter((one) => one.customer === customer).length === 1;
    const which = isOnly ? "" : ` --generation ${generation}`;
    terminal.print(`  \`ecr-customers handover ${customer}${which}\``);
  }
  const others = new Set(fresh.slice(HANDOVERS_SHOWN).map(({ customer }) => customer));
  if (others.size > 0) terminal.print(`  and the same for ${[...others].join(", ")}`);
}

function tellPending(pending: readonly string[], terminal: Terminal): void {
  if (pending.length === 0) return;
  const shown = pending.slice(0, PENDING_SHOWN).join(", ");
  const more = pending.length - PENDING_SHOWN;
  const rest = more > 0 ? ` and ${more} more` : "";
  terminal.report(`Pending: ${shown}${rest}. Run \`ecr-customers up\` again to finish.`, "warning");
}

/** What was started and did not fail; each resource once, as its last run left it. */
function changed({ changes, failures }: Applied): ResourceChange[] {
  const failed = new Set(failures.map(({ urn }) => urn));
  const byUrn = new Map(changes.map((change) => [change.urn, change]));
  return [...byUrn.values()].filter(({ urn }) => !failed.has(urn));
}

function asJson(applied: Applied, { stack }: Plan) {
  const { changes: _, failures, error, deviations, ...others } = { ...applied, record: undefined };
  return {
    stack,
    changed: changed(applied).map(({ type, name, change }) => ({ type, name, change })),
    failed: failureLines(failures).map(({ cells: [name, message] }) => ({ name, message })),
    ...(error === undefined
      ? {}
      : { error: { kind: error.kind, message: error.message, advice: error.advice } }),
    ...others,
    deviations: deviations.map(deviationAsJson),
    removed: applied.removed.map(deviationAsJson),
  };
}
