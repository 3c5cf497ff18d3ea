// From where and in which regions a customer may pull: the types of these keys, and the words of their problems.
import { z } from "zod";
import { isCovered, networkMistake, WIDEST } from "../cidr";
import { quoted } from "../printable";
import { fieldWords, type Explanation } from "../yaml/fieldWords";

const NETWORK_FIX =
  "Write it in CIDR notation, e.g. `203.0.113.0/24`, or `203.0.113.7/32` for one address.";

const network = z.string().refine((text) => networkMistake(text) === undefined);
fieldWords.add(network, {
  check: "network",
  expected: "a network of public addresses in CIDR notation",
  fix: NETWORK_FIX,
  explain: notTheNetwork,
});

/** How many may be listed; what AWS accepts is counted in characters, by `validate`. */
const MOST = 100;

export const networks = z.array(network).min(1).max(MOST);
fieldWords.add(networks, {
  check: "networks",
  expected: `a list of 1 to ${MOST} networks`,
  fix: "Write e.g. `networks: [203.0.113.0/24]`; without the line the customer may pull from anywhere.",
});

const vpcEndpoint = z.string().regex(/^vpce-([0-9a-f]{8}|[0-9a-f]{17})$/);
fieldWords.add(vpcEndpoint, {
  check: "vpc-endpoint",
  expected: "the id of a VPC endpoint",
  fix: "Write it as the customer's AWS account shows it, e.g. `vpce-0a1b2c3d4e5f67890`.",
});

export const vpcEndpoints = z.array(vpcEndpoint).min(1).max(MOST).meta({ uniqueItems: true });
fieldWords.add(vpcEndpoints, {
  check: "vpc-endpoints",
  expected: `a list of 1 to ${MOST} VPC endpoints`,
  fix: "Write e.g. `vpcEndpoints: [vpce-0a1b2c3d4e5f67890]`, or leave the line out.",
});

const region = z.string().regex(/^[a-z]{2,3}(-[a-z]+)+-[0-9]{1,2}$/);
fieldWords.add(region, {
  check: "region",
  expected: "an AWS region",
  fix: "Write e.g. `eu-central-1`.",
});

export const regions = z.array(region).min(1).max(MOST).meta({ uniqueItems: true });
fieldWords.add(regions, {
  check: "regions",
  expected: "a list of at least one region",
  fix: "Write e.g. `regions: [eu-central-1]`; without the line the customer may pull in every region of its repositories.",
});

function notTheNetwork(text: string): Explanation | undefined {
  const mistake = networkMistake(text);
  const found = quoted(text);
  switch (mistake?.kind) {
    case undefined:
    case "not-a-network":
      return undefined;
    case "no-prefix":
      return {
        found: `${found}, an address without the size of its network`,
        fix: `Write \`${mistake.write}\` for this address alone.`,
      };
    case "host-bits":
      return {
        found: `${found}, an address inside a network`,
        fix: `Write \`${mistake.network}\` for the network, or \`${mistake.address}\` for this address alone.`,
      };
    case "other-form":
      return { found: `${found} in another form`, fix: `Write \`${mistake.write}\`.` };
    case "too-wide":
      return {
        check: "network-too-wide",
        found: `${found}, which is too large a part of the internet to limit anyone`,
        fix: `Write the customer's own networks, /${WIDEST.ipv4} or smaller for IPv4, /${WIDEST.ipv6} for IPv6, or leave the line out.`,
      };
    case "not-public":
      return {
        check: "network-not-public",
        found: `${found}, from which no request reaches AWS (${RANGES[mistake.range] ?? mistake.range})`,
        fix: "Write the public address that the customer's network goes out by. Requests through a VPC endpoint have none: write `vpcEndpoints` for them.",
      };
  }
}

/** ipaddr.js's names of ranges in words. */
const RANGES: Readonly<Record<string, string>> = {
  private: "a private network",
  uniqueLocal: "a private network",
  carrierGradeNat: "a carrier's private network",
  linkLocal: "link-local",
};

/** A network that adds nothing to the others of its list: the same again, or a part of another. */
export interface RedundantNetwork {
  at: number;
  /** What is wrong, after "got". */
  found: string;
}

/** @param listed - networks as `networks` accepts them. */
export function redundantNetworks(listed: readonly string[]): RedundantNetwork[] {
  return listed.flatMap((one, at) => {
    if (listed.indexOf(one) < at) return [{ at, found: `${one} again` }];
    const wider = listed.find((other) => other !== one && isCovered(one, [other]));
    return wider === undefined ? [] : [{ at, found: `${one}, which ${wider} includes` }];
  });
}
