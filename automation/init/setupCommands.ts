// The commands of a vendor's aws-setup/README.md that depend on its values.
import { INLINE_POLICIES, MANAGED_POLICY, type RoleSize } from "./roleSize";
import { kmsKey, stateBucket, type VendorValues } from "./values";

type SetupValues = Pick<VendorValues, "answers" | "config">;

/** The parts of the page, by the names of their placeholders. */
export function setupCommands(
  values: SetupValues,
  roles: readonly RoleSize[],
): Readonly<Record<"stateSteps" | "createRoles" | "updateRoles" | "passphraseStep", string>> {
  const { answers } = values;
  const usesPassphrase = answers.secretsProvider === "passphrase";
  return {
    stateSteps: stateSteps(values),
    createRoles: createRoles(values, roles),
    updateRoles: updateRoles(values, roles),
    passphraseStep: usesPassphrase
      ? "\n- **Secret** `PULUMI_CONFIG_PASSPHRASE` in the environments preview, production and production-exception: the passphrase of the state."
      : "",
  };
}

function stateSteps({ answers, config }: SetupValues): string {
  const { state, secretsProvider, stack } = answers;
  const key = kmsKey(secretsProvider, config);
  const init = [
    `pulumi login '${state}'`,
    `pulumi stack init ${stack} --secrets-provider='${withRegion(secretsProvider, config.region)}'`,
  ];
  const commands = [...bucketCommands(state, config.region), ...keyCommands(key), ...init];
  const introduction =
    stateBucket(state) === undefined
      ? "The backend exists already. Create the stack in it:"
      : "A private bucket that keeps old versions, and what encrypts the secrets in it:";
  const encrypted =
    key === undefined
      ? `Commit \`Pulumi.${stack}.yaml\` afterwards: \`encryptionsalt\` in it is useless without the passphrase.`
      : `Commit \`Pulumi.${stack}.yaml\` afterwards: \`encryptedkey\` in it is useless without the KMS key. If the bucket is encrypted with a KMS key of its own, the deploy role also needs \`kms:GenerateDataKey\`.`;
  return `${introduction}\n\n\`\`\`sh\n${commands.join("\n")}\n\`\`\`\n\n${encrypted}`;
}

function withRegion(provider: string, region: string): string {
  const isOpen = provider.startsWith("awskms://") && !provider.includes("?region=");
  return isOpen ? `${provider}?region=${region}` : provider;
}

function bucketCommands(state: string, region: string): string[] {
  const place = stateBucket(state);
  if (place === undefined) return [];
  const { bucket } = place;
  // us-east-1 is the default and refused as a constraint (S3 API, CreateBucket).
  const where =
    region === "us-east-1"
      ? ""
      : ` \\\n  --create-bucket-configuration LocationConstraint=${region}`;
  return [
    `aws s3api create-bucket --bucket ${bucket} --region ${region}${where}`,
    `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
    `aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration \\`,
    "  BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
  ];
}

/** A key that is named by its id or ARN exists already. */
function keyCommands(key: ReturnType<typeof kmsKey>): string[] {
  if (key === undefined || !("alias" in key)) return [];
  const { alias, region } = key;
  return [
    `key="$(aws kms create-key --region ${region} --description "Secrets in Pulumi's state" \\`,
    `  --query KeyMetadata.KeyId --output text)"`,
    `aws kms enable-key-rotation --region ${region} --key-id "$key"`,
    `aws kms create-alias --region ${region} --alias-name ${alias} --target-key-id "$key"`,
  ];
}

function policyArn({ config }: SetupValues, role: string): string {
  return `arn:aws:iam::${config.account}:policy/ecr-customers-${role}`;
}

function createRoles(values: SetupValues, roles: readonly RoleSize[]): string {
  return roles
    .flatMap(({ role, attached }) => {
      const name = role.replace(/-role$/, "");
      const create = [
        `aws iam create-role --role-name ecr-customers-${name} --max-session-duration 7200 \\`,
        `  --assume-role-policy-document file://${name}-trust.json`,
      ];
      if (attached === "inline") return [...create, ...putPolicy(name)];
      return [
        ...create,
        `aws iam create-policy --policy-name ecr-customers-${name} --policy-document file://${role}.json`,
        `aws iam attach-role-policy --role-name ecr-customers-${name} \\`,
        `  --policy-arn ${policyArn(values, name)}`,
      ];
    })
    .join("\n");
}

/** The revoke role names no repository. */
function updateRoles(values: SetupValues, roles: readonly RoleSize[]): string {
  return roles
    .filter(({ further }) => Number.isFinite(further))
    .flatMap(({ role, attached }) => {
      const name = role.replace(/-role$/, "");
      if (attached === "inline") {
        return [
          `# Over ${MANAGED_POLICY} characters: an inline policy, of up to ${INLINE_POLICIES}. Then detach the managed one, if there is one.`,
          ...putPolicy(name),
        ];
      }
      return [
        `aws iam create-policy-version --set-as-default --policy-document file://${role}.json \\`,
        `  --policy-arn ${policyArn(values, name)}`,
      ];
    })
    .join("\n");
}

function putPolicy(name: string): string[] {
  return [
    `aws iam put-role-policy --role-name ecr-customers-${name} --policy-name ecr-customers-${name} \\`,
    `  --policy-document file://${name}-role.json`,
  ];
}
