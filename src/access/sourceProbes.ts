import { edgesOf, isInNetwork } from "../cidr";
import type { Customer } from "../customers/model";
import { SOURCE_IP, SOURCE_VPCE } from "./conditions";

/** Where a request comes from, and whether the customer's file allows that. */
export interface ProbedSource {
  /** `203.0.113.255`, `vpce-0a1b2c3d4e5f67890`. */
  name: string;
  /** Its condition key and value. */
  key: string;
  inside: boolean;
  /** Everything is asked from it; from the others only the login and the pulls. */
  isWhole: boolean;
}

/** Documentation's and benchmarks' addresses, and an endpoint that AWS gives no one. */
const ELSEWHERE = ["198.51.100.77", "192.0.2.77", "198.18.0.77", "2001:db8:ffff::77", "3fff::77"];
const ANOTHER_ENDPOINT = "vpce-00000000000000000";

/**
 * The places that decide whether a customer's networks and endpoints are in its policy as its file says: both
 * edges of each network, the addresses right outside, each endpoint, and others.
 *
 * Written without the functions that render the policy, so that a mistake in them is found.
 *
 * @returns none for a customer that may pull from anywhere, or that has no user whose policy could say so.
 */
export function probedSources({
  networks = [],
  vpcEndpoints = [],
  awsAccount,
}: Pick<Customer, "networks" | "vpcEndpoints" | "awsAccount">): ProbedSource[] {
  if (networks.length + vpcEndpoints.length === 0 || awsAccount !== undefined) return [];
  const edges = networks.map(edgesOf);
  const isInside = (address: string) => networks.some((network) => isInNetwork(address, network));
  const addresses = [
    ...edges.flatMap(({ first, last }) => [first, last]),
    ...edges.flatMap(({ outside }) => outside),
    ...ELSEWHERE,
  ];
  const sources = [
    ...[...new Set(addresses)].map((name) => ({ name, key: SOURCE_IP, inside: isInside(name) })),
    ...vpcEndpoints.map((name) => ({ name, key: SOURCE_VPCE, inside: true })),
    { name: ANOTHER_ENDPOINT, key: SOURCE_VPCE, inside: vpcEndpoints.includes(ANOTHER_ENDPOINT) },
  ];
  const whole = [true, false].map((inside) => sources.find((one) => one.inside === inside));
  return sources.map((one) => ({ ...one, isWhole: whole.includes(one) }));
}
