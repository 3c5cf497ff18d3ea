import { CHECKS } from "./checks";

/** Checks of the folder of customer files (load.ts) and of the list beside it (retired.ts). */
export const FOLDER_CHECKS = [
  "folder",
  "file-kind",
  "file-name",
  "file-readable",
  "id",
  "id-reserved",
  "id-retired",
  "id-unique",
  "retired-list",
  "import-journal",
  "source-unique",
  "user-name-unique",
  "adopted-unique",
] as const;

/** Checks of a single file, from bytes to meaning (text, YAML, fields, parse). */
export const FILE_CHECKS = [
  "file-size",
  "utf-8",
  "characters",
  "merge-conflict",
  "yaml-syntax",
  "yaml-size",
  "yaml-anchor",
  "yaml-alias",
  "yaml-tag",
  "yaml-directive",
  "yaml-document",
  "yaml-merge",
  "duplicate-key",
  "unknown-key",
  "customer",
  "name",
  "repositories",
  "repository-name",
  "status",
  "revoked",
  "user",
  "expires",
  "keys",
  "aws-account",
  "network",
  "network-too-wide",
  "network-not-public",
  "networks",
  "networks-once",
  "vpc-endpoint",
  "vpc-endpoints",
  "vpc-endpoints-once",
  "pgp-key",
  "pgp-private-key",
  "age-recipient",
  "age-private-key",
  "contact",
  "source",
  "protected",
  "user-name",
  "adopted",
  "handed-over",
  "repositories-order",
  "repositories-empty",
  "revoked-suspended",
  "account-without-key",
  "account-without-source",
  "one-public-key",
] as const;

/** Compares with files of an earlier time (automation/files/renamedFiles.ts). */
const HISTORY_CHECKS = ["file-renamed"] as const;

/** The names of all checks of customer files; each has a failing fixture with its name. */
export const CUSTOMER_CHECKS: readonly string[] = [
  ...FOLDER_CHECKS,
  ...FILE_CHECKS,
  ...HISTORY_CHECKS,
  ...Object.keys(CHECKS),
];
