import { isCovered } from "../cidr";
import type { Customer } from "../customers/model";
import type { GrantSource, PolicyStatement } from "./model";
import { joined } from "./statementWords";

/** @returns undefined for a customer that may pull from anywhere. */
export function sourceOf({
  networks = [],
  vpcEndpoints = [],
}: Pick<Customer, "networks" | "vpcEndpoints">): GrantSource | undefined {
  return networks.length + vpcEndpoints.length === 0 ? undefined : { networks, vpcEndpoints };
}

/** `Sid` of the statement that limits a customer to its networks and endpoints. */
export const SOURCE_SID = "OnlyFrom";

/**
 * Denies everything in ECR to a request that comes neither from one of the networks nor through one of the
 * endpoints. AWS judges it at every request, the login and each step of a pull, so a docker login that was made inside is
 * of no use outside.
 *
 * Both operators are negated, so a request without the key matches (IAM user guide, "IAM JSON policy elements:
 * Condition operators"): a request through a VPC endpoint has no `aws:SourceIp`, and only such a one has `aws:SourceVpce`
 * ("AWS global condition context keys"). `IfExists` would change nothing. `aws:ViaAWSService` is no exception here: a
 * customer's user may call nothing but ECR, so no service acts on its behalf.
 */
export function sourceStatement({ networks, vpcEndpoints }: GrantSource): PolicyStatement {
  return {
    Sid: SOURCE_SID,
    Effect: "Deny",
    Action: "ecr:*",
    Resource: "*",
    Condition: {
      ...(networks.length === 0 ? {} : { NotIpAddress: { "aws:SourceIp": networks } }),
      ...(vpcEndpoints.length === 0 ? {} : { StringNotEquals: { "aws:SourceVpce": vpcEndpoints } }),
    },
  };
}

/** Whether all that may pull by `inner` may pull by `outer` too. Undefined: from anywhere. */
export function includesSource(
  outer: GrantSource | undefined,
  inner: GrantSource | undefined,
): boolean {
  if (outer === undefined) return true;
  if (inner === undefined) return false;
  return (
    inner.networks.every((one) => isCovered(one, outer.networks)) &&
    inner.vpcEndpoints.every((one) => outer.vpcEndpoints.includes(one))
  );
}

/** Whether both mean the same addresses and endpoints. */
export function sameSource(a: GrantSource | undefined, b: GrantSource | undefined): boolean {
  return includesSource(a, b) && includesSource(b, a);
}

/** `203.0.113.0/24 and VPC endpoint vpce-…`; `anywhere`. */
export function sourceWords(source: GrantSource | undefined): string {
  if (source === undefined) return "anywhere";
  const { networks, vpcEndpoints } = source;
  return joined([...networks, ...vpcEndpoints.map((one) => `VPC endpoint ${one}`)]);
}
