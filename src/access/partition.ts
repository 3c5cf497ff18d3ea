/** A partition of AWS that is supported: part of every ARN. */
export type Partition = "aws" | "aws-cn" | "aws-us-gov";

/** Partitions other than `aws`, by the beginning of their regions' names (AWS's `partitions.json`). */
const OTHER_PARTITIONS: readonly [start: string, partition: string][] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["us-isof-", "aws-iso-f"],
  ["eu-isoe-", "aws-iso-e"],
  ["eusc-", "aws-eusc"],
];

const SUPPORTED = new Set<string>(["aws", "aws-cn", "aws-us-gov"]);

/** The partition that a region is in, supported or not. */
function namedPartition(region: string): string {
  return OTHER_PARTITIONS.find(([start]) => region.startsWith(start))?.[1] ?? "aws";
}

/** The partition of a region, when it is one that is not supported. */
export function unsupportedPartition(region: string): string | undefined {
  const partition = namedPartition(region);
  return SUPPORTED.has(partition) ? undefined : partition;
}

/** The partition of a region of the settings, whose regions are all in supported ones. */
export function partitionOf(region: string): Partition {
  return namedPartition(region) as Partition;
}

/** Beginning of the ARN of what IAM or STS has, in any supported partition; for regular expressions. */
export const ANY_PARTITION = "arn:aws(?:-cn|-us-gov)?";

/** What host names of AWS's services in a region end with. */
export function domainOf(region: string): string {
  return partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

/** Host of the registry of an account in a region (ECR user guide, "Private registry authentication"). */
export function registryHost(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.${domainOf(region)}`;
}

/** A text with ARNs of the partition `aws`, with the ARNs of a region's partition instead. */
export function inPartition(text: string, region: string): string {
  return text.replaceAll("arn:aws:", `arn:${partitionOf(region)}:`);
}
