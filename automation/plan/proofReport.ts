import type { Proof } from "../../src/access/proof";
import { proveAccess } from "../../src/access/prove";
import { stackPolicies } from "../../src/access/stackPolicies";
import type { IsoDate } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import type { Terminal } from "../output/terminal";
import { counted, digits } from "../../src/counted";

/** How many differences are shown; more of them are usually the same one repeated. */
const SHOWN = 20;

/** A proof, and what it is about. */
interface Proved {
  stack: string;
  asOf: IsoDate;
  proof: Proof;
}

/** Renders a stack's policy documents for a day and proves them. */
export function proveInput({ config, customers }: StackInput, asOf: IsoDate): Proof {
  return proveAccess(stackPolicies(customers, config, asOf), customers, config, asOf);
}

/**
 * Prints what was proved, or every difference.
 *
 * @returns done, or failed when there is a difference or nothing was decided at all.
 */
export function printProof(
  { stack, asOf, proof }: Proved,
  { json, terminal }: { json: boolean; terminal: Terminal },
): ExitCode {
  const proved = proof.differences.length === 0 && decided(proof) > 0;
  if (json) {
    terminal.print(toJson({ stack, asOf, proved, ...proof }));
  } else if (proved) {
    terminal.print(`${stack}: proved for ${asOf} and for every future end date`, "good");
    terminal.print(lookedAt(proof).join("\n"));
  } else {
    const count = counted(proof.differences.length, "difference");
    terminal.print(`${stack}: ${count} between customer files and policies on ${asOf}`, "bad");
    terminal.print([...differences(proof), ...lookedAt(proof)].join("\n"));
  }
  return proved ? ExitCode.done : ExitCode.failed;
}

function decided({ decisions }: Proof): number {
  return Object.values(decisions).reduce((sum, count) => sum + count, 0);
}

function lookedAt(proof: Proof): string[] {
  const { customers, unauthorizedPrincipals, repositories, actions, documents, ownAccounts } =
    proof;
  const { Allowed, ExplicitlyDenied, ImplicitlyDenied } = proof.decisions;
  const places = counted(repositories, "repository");
  return [
    `  ${counted(customers, "customer")} and ${counted(unauthorizedPrincipals, "unauthorized principal")}, ${places}, ${counted(actions, "action")}, ${counted(documents, "policy document")}`,
    `  ${counted(decided(proof), "decision")}: ${digits(Allowed)} allowed, ${digits(ExplicitlyDenied)} denied explicitly, ${digits(ImplicitlyDenied)} not allowed`,
    ...(ownAccounts === 0
      ? []
      : [
          `  ${counted(ownAccounts, "customer")} with its own AWS account: assumed to allow the pull there`,
        ]),
    ...proof.endByUpdateOnly.map(
      (customer) =>
        `  ${customer} ends with the first update after its end date: no policy ends it`,
    ),
    ...proof.others.map(
      ({ repository, effect, who, what, conditional }) =>
        `  ${repository} ${effect} ${who}: ${what}${conditional ? ", under conditions" : ""} (declared in \`statements\`)`,
    ),
  ];
}

function differences({ differences: all }: Proof): string[] {
  const lines = all
    .slice(0, SHOWN)
    .map(({ subject, at, expected, found }) =>
      [`  ${subject}: ${at}`, `    expected ${expected}`, `    got ${found}`].join("\n"),
    );
  const more = all.length - SHOWN;
  return more > 0 ? [...lines, `  and ${digits(more)} more; --json lists them all`] : lines;
}
