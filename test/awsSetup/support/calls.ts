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

/** Files of resource types that the provider knows and the program does not declare. */
const UNDECLARED = /^(openIdConnectProvider|role|rolePolicy|rolePolicyAttachment|roleRemains)\.ts$/;

/**
 * Every AWS call of the program and the script, as `iam:CreateUser`, from the commands in the source:
 * a new one cannot be forgotten here.
 */
export function callsInSource(): string[] {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".ts") && !UNDECLARED.test(name))
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
  "iam:TagPolicy": "the policies carry no tags",
  "iam:UntagPolicy": "the policies carry no tags",
  "iam:DeleteVirtualMFADevice": "a device's ARN does not say whose it is",
  "iam:GenerateServiceLastAccessedDetails": "only `adopt --finish`, with the role of an adoption",
  "iam:GetServiceLastAccessedDetails": "only `adopt --finish`, with the role of an adoption",
  "sts:AssumeRole": "only with `aws:assumeRoles`, whose first role is the vendor's own",
  "ecr:DeleteRepository": "images are not this role's to delete",
};

/** The constructors of `@pulumi/aws` for the types that `UNDECLARED` leaves out. */
export const UNDECLARED_TYPES =
  /\b(iam\.(Role|RolePolicy|RolePolicyAttachment|OpenIdConnectProvider))\(/;
