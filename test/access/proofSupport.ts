import { stackPolicies, type StackPolicies } from "../../src/access/stackPolicies";
import { proveAccess } from "../../src/access/prove";
import type { AccessSettings } from "../../src/access/groupPolicies";
import type { Proof } from "../../src/access/proof";
import type { Customer, IsoDate } from "../../src/customers/model";
import { ACCOUNT, OWNER, TODAY, customer } from "./support";

/** Named and tagged repositories, one and two regions. */
export const SETTINGS: AccessSettings = {
  ...OWNER,
  account: ACCOUNT,
  region: "eu-central-1",
  namePrefix: "eu-",
  repositories: new Map([
    ["edge-agent", { create: false, grants: "named", regions: ["eu-central-1", "us-east-1"] }],
    ["orchestrator", { create: false, grants: "named", regions: ["eu-central-1"] }],
    ["telemetry-sdk", { create: false, grants: "tagged", regions: ["eu-central-1", "us-east-1"] }],
    ["dashboard", { create: false, grants: "tagged", regions: ["eu-central-1"] }],
  ]),
};

/** A customer of every kind that has its own form in the documents. */
export const CUSTOMERS: readonly Customer[] = [
  customer("acme", { repositories: ["edge-agent", "telemetry-sdk"] }),
  customer("globex", { repositories: ["edge-agent", "orchestrator"], expires: "2027-01-31" }),
  customer("hooli", { repositories: ["edge-agent"], awsAccount: "210987654321", keys: [] }),
  customer("hammer", {
    repositories: ["orchestrator", "dashboard"],
    awsAccount: "210987654322",
    awsRoles: ["ci/puller"],
    withKey: true,
  }),
  customer("initech", { repositories: ["edge-agent", "dashboard"], expires: "2026-11-22" }),
  customer("umbrella", { repositories: ["edge-agent", "telemetry-sdk"], status: "suspended" }),
  customer("stark", {
    repositories: ["dashboard", "edge-agent"],
    expires: "2027-01-31",
    networks: ["198.51.100.8/32", "2001:db8:7::/48", "203.0.113.0/24"],
    vpcEndpoints: ["vpce-0a1b2c3d4e5f67890"],
  }),
  customer("tyrell", { repositories: ["edge-agent"], regions: ["us-east-1"] }),
  customer("oscorp", {
    repositories: ["edge-agent", "telemetry-sdk"],
    expires: "2027-01-31",
    networks: ["203.0.113.0/24"],
    keys: [],
    oidc: {
      issuer: "https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
      audience: "sts.amazonaws.com",
      subjects: ["system:serviceaccount:ci:puller", "system:serviceaccount:prod:puller"],
    },
  }),
  customer("prodigy", {
    repositories: ["dashboard", "edge-agent"],
    oidc: {
      issuer: "https://token.actions.githubusercontent.com",
      audience: "sts.amazonaws.com",
      subjects: ["repo:prodigy@123456/deploy@456789:ref:refs/heads/main"],
    },
    withKey: true,
  }),
  customer("quietus", {
    repositories: ["orchestrator"],
    status: "suspended",
    keys: [],
    oidc: {
      issuer: "https://token.actions.githubusercontent.com",
      audience: "quietus",
      subjects: ["repository_owner_id:123457:repository_id:456790"],
    },
  }),
  customer("vandelay", {
    repositories: ["dashboard"],
    expires: "2027-01-31",
    keys: [
      { generation: 1, status: "inactive" },
      { generation: 2, status: "active" },
    ],
  }),
];

/** The documents of the customers above. */
export function rendered(): StackPolicies {
  return stackPolicies(CUSTOMERS, SETTINGS, TODAY);
}

/** Proves the access of the customers above by documents that were changed. */
export function prove(policies: StackPolicies): Proof {
  return proveAccess(policies, CUSTOMERS, SETTINGS, TODAY);
}

/** Renders and proves. */
export function proveCustomers(
  customers: readonly Customer[],
  settings: AccessSettings,
  today: IsoDate,
): Proof {
  return proveAccess(stackPolicies(customers, settings, today), customers, settings, today);
}
