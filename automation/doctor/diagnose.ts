import { entitledGrants, accessEnded } from "../../src/access/entitlements";
import { diagnoseKeys } from "./diagnoseKeys";
import { diagnosePolicies } from "./diagnosePolicies";
import { diagnoseUser, type Patient } from "./diagnoseUser";
import type { Finding } from "./finding";
import type { DoctorView } from "./view";

/** All that is to say about one customer in AWS, leaks first. */
export function diagnose(patient: Patient, view: DoctorView, now: Date): Finding[] {
  const own = patient.customer.awsAccount === undefined;
  return [
    ...(own ? diagnoseUser(patient, view) : []),
    ...(own ? diagnoseKeys(patient, view, now) : []),
    ...diagnosePolicies(patient, view),
  ];
}

/** What the customer should be able to do today, by the files. */
export function expectation({ customer, config, today }: Patient): string {
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
