import { counted } from "../../src/counted";
import { joined } from "../../src/access/statementWords";
import { hasUser } from "../../src/customers/identity";
import { entitledGrants, accessEnded } from "../../src/access/entitlements";
import { grantRegions } from "../../src/access/grantRegions";
import { sourceOf, sourceWords } from "../../src/access/source";
import { concerns, deviationWords, remedyWords, type Deviation } from "../../src/account/deviation";
import type { StackConfig } from "../../src/config";
import type { Customer, IsoDate } from "../../src/customers/model";
import type { Comparison } from "../compare/compare";
import { facts } from "./facts";
import { keysNotHandedOver } from "./handedOver";
import type { Finding } from "./finding";

/** The customer that is diagnosed, and what it is compared with. */
export interface DiagnosedCustomer {
  customer: Customer;
  config: StackConfig;
  today: IsoDate;
}

/** Every finding about one customer in AWS: a leaked key, what is as it should be, what is not. */
export function diagnose(comparison: Comparison, customer: Customer): Finding[] {
  const wrong = comparison.deviations
    .filter((one) => concerns(one, customer.id) || one.check === "not-read")
    .map(asFinding);
  const isLeak = ({ about }: Finding) => about === "key-leaked";
  return [
    ...wrong.filter(isLeak),
    ...facts(comparison, customer),
    ...wrong.filter((one) => !isLeak(one)),
    ...keysNotHandedOver(comparison, customer),
  ];
}

function asFinding(deviation: Deviation): Finding {
  return {
    level: isBad(deviation) ? "bad" : "warning",
    about: deviation.check,
    message: deviationWords(deviation),
    fix: remedyWords(deviation),
  };
}

/** A pull fails that should work, or works that should fail. */
function isBad({ check, repair, removal, more = [], less = [] }: Deviation): boolean {
  return (
    check === "key-leaked" ||
    // What others have added beside what is declared stops no pull.
    (repair !== "operator" && removal === undefined) ||
    less.length > 0 ||
    more.some(({ pulls }) => pulls !== undefined)
  );
}

/** `with roles ci/puller of AWS account 210987654321`; for a customer that has a key beside them, both. */
function identitiesOf(customer: Customer): string {
  const { awsAccount, awsRoles, oidc } = customer;
  const whose =
    awsRoles === undefined
      ? "identities"
      : `the ${counted(awsRoles.length, "role")} ${joined(awsRoles)}`;
  const all = [
    ...(hasUser(customer) ? ["with its key"] : []),
    ...(oidc === undefined ? [] : [`with tokens of ${oidc.issuer} for ${joined(oidc.subjects)}`]),
    ...(awsAccount === undefined ? [] : [`with ${whose} of AWS account ${awsAccount}`]),
  ];
  return joined(all);
}

/** What the customer should be able to pull today, according to the files. */
export function expectation({ customer, config, today }: DiagnosedCustomer): string {
  const { status, expires, awsAccount, oidc } = customer;
  if (accessEnded(customer, today)) {
    const why = status === "suspended" ? "it is suspended" : `its last day was ${expires}`;
    return `should pull nothing: ${why}`;
  }
  const grants = entitledGrants([customer], config, today);
  const where = grants.map((grant) => {
    const { repository } = grant;
    const regions = grantRegions(grant, config.repositories.get(repository)?.regions ?? []);
    return `${repository} in ${regions.join(" and ")}`;
  });
  const as = (awsAccount ?? oidc) === undefined ? "" : ` ${identitiesOf(customer)}`;
  const until = expires === undefined ? "" : ` until ${expires}`;
  const source = sourceOf(customer);
  const from = source === undefined ? "" : `, only from ${sourceWords(source)}`;
  return `should pull ${where.join(", ") || "nothing"}${as}${until}${from}`;
}
