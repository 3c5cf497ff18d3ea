/** Which AWS calls the program's provider and the script make, and who may make them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..", "..");

/** Where AWS's SDK is called: the provider that does what the real one does, and the script. */
const SOURCES = [
  join("sandbox", "provider"),
  join("sandbox", "provider", "resources"),
  join("sandbox", "provider", "functions"),
  join("automation", "aws"),
];

/**
 * Every AWS call of the program and the script, as `iam:CreateUser`, from the commands in the source:
 * a new one cannot be forgotten here.
 */
export function callsInSource(): string[] {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(ROOT, folder, name)),
  );
  const calls = files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const imports = text.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-(\w+)"/g);
    return [...imports].flatMap(([, names = "", service = ""]) =>
      [...names.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)].map(
        ([, paged, single]) => `${service}:${paged ?? single}`,
      ),
    );
  });
  return [...new Set(calls)].sort();
}

/** Calls that the provider knows and this program never has it make, and why the role lacks them. */
export const NEVER_MADE: Readonly<Record<string, string>> = {
  "iam:UpdateUser": "a user's name and path come from the id, which never changes",
  "iam:UpdateGroup": "the group's name and path are fixed",
  "iam:PutUserPermissionsBoundary": "users have no boundary",
  "iam:DeleteUserPermissionsBoundary": "no one may remove one either",
  "iam:PutRolePermissionsBoundary": "roles have no boundary",
  "iam:DeleteRolePermissionsBoundary": "no one may remove one either",
  "iam:UpdateRole": "the length of a session is fixed",
  "iam:UpdateRoleDescription": "roles have no description",
  "iam:RemoveRoleFromInstanceProfile":
    "a role whose trust is an issuer's tokens is of no use to an instance",
  "iam:UpdateOpenIDConnectProviderThumbprint":
    "AWS checks the issuer's certificate by its own authorities",
  "iam:TagPolicy": "the policies carry no tags",
  "iam:UntagPolicy": "the policies carry no tags",
  "iam:DeleteVirtualMFADevice": "a device's ARN does not say whose it is",
  "iam:GenerateServiceLastAccessedDetails": "only `adopt --finish`, with the role of an adoption",
  "iam:GetServiceLastAccessedDetails": "only `adopt --finish`, with the role of an adoption",
  "s3:GetObject": "only `pulls --trail s3://…`, with the policy trail-role.json",
  "s3:ListObjectsV2": "only `pulls --trail s3://…`, with the policy trail-role.json",
  "athena:GetQueryExecution": "only `pulls --athena`, with the policy trail-role.json",
  "athena:GetQueryResults": "only `pulls --athena`, with the policy trail-role.json",
  "athena:GetTableMetadata": "only `pulls --athena`, with the policy trail-role.json",
  "athena:StartQueryExecution": "only `pulls --athena`, with the policy trail-role.json",
  "sts:AssumeRole": "only with `aws:assumeRoles`, whose first role is the vendor's own",
  "ecr:DeleteRepository": "images are not this role's to delete",
};
