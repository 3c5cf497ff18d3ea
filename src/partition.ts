/** Regions outside the partition `aws`, by the beginning of their name (AWS's `partitions.json`). */
const OTHER_PARTITIONS: readonly [start: string, partition: string][] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["us-isof-", "aws-iso-f"],
  ["eu-isoe-", "aws-iso-e"],
  ["eusc-", "aws-eusc"],
];

/** The partition of a region, when it is another one than `aws`. */
export function otherPartition(region: string): string | undefined {
  return OTHER_PARTITIONS.find(([start]) => region.startsWith(start))?.[1];
}
