import { z } from "zod";
import { entitledGrants, type Entitled } from "../../src/access/entitlements";
import type { Regions } from "../../src/access/difference";
import type { Grant } from "../../src/access/model";
import type { IsoDate } from "../../src/customers/model";
import type { KnownCustomer } from "../../src/customers/renamed";
import type { StackOutputs } from "../../src/stack/outputs";
import { parsedJson } from "../output/json";

/** What the last update recorded, which is what a preview compares with. */
export type Baseline =
  | { kind: "recorded"; outputs: StackOutputs }
  /** Nothing was ever recorded: the first deployment, or one that was killed. */
  | { kind: "none" }
  /** Something is recorded that this version does not understand. */
  | { kind: "unreadable" };

const keyStatus = z.enum(["active", "inactive"]);

const customersShape = z.record(
  z.string(),
  z.object({
    repositories: z.array(z.string()),
    status: z.enum(["active", "suspended"]),
    revoked: z.string().optional(),
    user: z.number().optional(),
    expires: z.string().optional(),
    awsAccount: z.string().optional(),
    userName: z.string().optional(),
    networks: z.array(z.string()).optional(),
    vpcEndpoints: z.array(z.string()).optional(),
    regions: z.array(z.string()).optional(),
    awsRoles: z.array(z.string()).optional(),
    oidc: z
      .object({ issuer: z.string(), audience: z.string(), subjects: z.array(z.string()) })
      .optional(),
    withKey: z.literal(true).optional(),
    company: z.string().optional(),
    keys: z.record(z.string(), keyStatus),
  }),
);

const outputsShape = z.object({
  // A text with several cells, values in one stack and in what earlier versions have written.
  customers: z.preprocess(
    (value) => (typeof value === "string" ? parsedJson(value) : value),
    customersShape,
  ),
  repositories: z.record(
    z.string(),
    z.object({
      mode: z.enum(["named", "tagged"]),
      regions: z.array(z.string()),
      size: z.number(),
      customers: z.number(),
    }),
  ),
  withheld: z.record(z.string(), z.array(z.string())).optional(),
  unansweredKeys: z
    .array(
      z.object({
        user: z.string(),
        count: z.number(),
        since: z.string(),
        until: z.string().optional(),
      }),
    )
    .optional(),
  cells: z
    .object({
      count: z.number(),
      base: z.string(),
      digests: z.record(z.string(), z.string()),
      moving: z.number().optional(),
    })
    .optional(),
});

/** Reads a stack's outputs (src/stack/outputs.ts), which another version may have written. */
export function readBaseline(outputs: Readonly<Record<string, unknown>> | undefined): Baseline {
  if (outputs === undefined || Object.keys(outputs).length === 0) return { kind: "none" };
  const read = outputsShape.safeParse(outputs);
  if (!read.success) return { kind: "unreadable" };
  return { kind: "recorded", outputs: read.data };
}

/**
 * The recorded grants as they apply on `today`: a customer whose recorded end date has passed since then
 * has none.
 */
export function recordedGrants(
  { customers }: StackOutputs,
  config: { namePrefix: string },
  today: IsoDate,
): Grant[] {
  const recorded = Object.entries(customers).map(([id, one]): Entitled => ({ id, ...one }));
  return entitledGrants(recorded, config, today);
}

/** What the last update recorded about who each customer is; nothing of an earlier version's record. */
export function recordedCompanies({ customers }: StackOutputs): KnownCustomer[] {
  return Object.entries(customers).flatMap(([id, { company, repositories }]) =>
    company === undefined ? [] : [{ id, company, repositories }],
  );
}

/** The regions from which each repository could be pulled. */
export function recordedRegions({ repositories }: StackOutputs): Regions {
  return new Map(Object.entries(repositories).map(([name, { regions }]) => [name, regions]));
}
