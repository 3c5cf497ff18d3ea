import { entitledGrants, accessEnded } from "../../src/access/entitlements";
import { diagnoseKeys } from "./keys";
import { diagnosePolicies } from "./policies";
import { diagnoseUser, type DiagnosedCustomer } from "./user";
import type { Finding } from "./finding";
import type { DoctorView } from "./view";

/** Every finding about one customer in AWS, leaked keys first. */
export function diagnose(diagnosed: DiagnosedCustomer, view: DoctorView, now: Date): Finding[] {
  const own = diagnosed.customer.awsAccount === undefined;
  return [
    ...(own ? diagnoseUser(diagnosed, view) : []),
    ...(own ? diagnoseKeys(diagnosed, view, now) : []),
    ...diagnosePolicies(diagnosed, view),
  ];
}

/** What the customer should be able to pull today, according to the files. */
export function expectation({ customer, config, today }: DiagnosedCustomer): string {
  const { status, expires, awsAccount } = customer;
  if (accessEnded(customer, today)) {
    const why = status === "suspended" ? "it is suspended" : `its last day was ${expires}`;
    return `should pull nothing: ${why}`;
  }
  const grants = entitledGrants([customer], config, today);
  const where = grants.map(({ repository }) => {
    const regions = config.repositories.get(repository)?.regions ?? [];
    return `${repository} in ${regions.join(" and ")}`;
  });
  const as = awsAccount === undefined ? "" : ` with identities of AWS account ${awsAccount}`;
  const until = expires === undefined ? "" : ` until ${expires}`;
  return `should pull ${where.join(", ") || "nothing"}${as}${until}`;
}
