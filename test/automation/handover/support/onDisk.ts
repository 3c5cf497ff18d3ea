import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DeliveryRequest } from "../../../../automation/handover/deliver";
import { parseCustomer } from "../../../../src/customers/parse";
import { config, plainKey } from "./samples";

/** Writes acme's file under `root/customers`. */
export function writeAcme(root: string, lines: string): void {
  mkdirSync(join(root, "customers"), { recursive: true });
  writeFileSync(
    join(root, "customers/acme.yaml"),
    `name: Acme # since 2019\nrepositories: [edge-agent]\n${lines}`,
  );
}

export function acmeText(root: string): string {
  return readFileSync(join(root, "customers/acme.yaml"), "utf8");
}

/** A request to hand over acme's key into `root/handover`. */
export function acmeIn(root: string, changes: Partial<DeliveryRequest> = {}): DeliveryRequest {
  const { customer } = parseCustomer(acmeText(root), "acme", "acme.yaml");
  if (customer === undefined) throw new Error("the test's own customer file is invalid");
  return {
    customer,
    config: config(),
    today: "2026-11-24",
    customersFolder: join(root, "customers"),
    outFolder: join(root, "handover"),
    again: false,
    inCi: false,
    readKey: () => Promise.resolve(plainKey),
    ...changes,
  };
}
