// The commands of a vendor's aws-setup/README.md that depend on its values.
import { isDeepStrictEqual } from "node:util";
import { inAccount } from "./furtherChecks";
import { INLINE_POLICIES, MANAGED_POLICY, type RoleSize } from "./roleSize";
import { FIRST_STACK, roleName, type StackNames } from "./stackNames";
import { kmsKey, stateBucket, type StackValues } from "./values";

type SetupValues = StackValues & { names: StackNames };

type SetupPart =
  | "stateSteps"
  | "providerNote"
  | "createRoles"
  | "updateRoles"
  | "passphraseStep"
  | "furtherChecks";

/**
 * The parts of the page, by the names of their placeholders.
 *
 * @param earlier - the stacks that were there before: what was done for them is not repeated.
 */
export function setupCommands(
  values: SetupValues,
  roles: readonly RoleSize[],
  earlier: readonly StackValues[],
): Readonly<Record<SetupPart, string>> {
  const { answers } = values;
  const usesPassphrase = answers.secretsProvider === "passphrase";
  const [sameAccount] = inAccount(values.config.account, earlier);
  return {
    stateSteps: stateSteps(values, earlier),
    createRoles: createRoles(values, roles),
    updateRoles: updateRoles(values, roles),
    providerNote:
      sameAccount === undefined
        ? ""
        : `\nThe account has it since the stack ${sameAccount.answers.stack} was set up. Otherwise:\n`,
    furtherChecks:
      values.names === FIRST_STACK
        ? ""
        : ` and \`check${values.names.suffix} / check\`, which is new with this stack`,
    passphraseStep: usesPassphrase
      ? `\n- **Secret** \`PULUMI_CONFIG_PASSPHRASE\` in the environments ${values.names.preview}, ${values.names.production} and ${values.names.production}-exception: the passphrase of the state.`
      : "",
  };
}

function stateSteps(
  { answers, config, names }: SetupValues,
  earlier: readonly StackValues[],
): string {
  const { state, secretsProvider, stack } = answers;
  const key = kmsKey(secretsProvider, config);
  const isFirst = names === FIRST_STACK;
  const sharesState = earlier.find((other) => other.answers.state === state);
  const sharesKey = inAccount(config.account, earlier).some((other) =>
    isDeepStrictEqual(kmsKey(other.answers.secretsProvider, other.config), key),
  );
  const commands = [
    ...(sharesState !== undefined ? [] : bucketCommands(state, config.region)),
    ...(sharesKey ? [] : keyCommands(key)),
    // Pulumi.yaml names the first stack's state, which this variable overrides.
    isFirst ? `pulumi login '${state}'` : `export PULUMI_BACKEND_URL='${state}'`,
    `pulumi stack init ${stack} --secrets-provider='${withRegion(secretsProvider, config.region)}'`,
  ];
  const introduction =
    sharesState !== undefined
      ? `The backend is that of the stack ${sharesState.answers.stack}. Create the stack in it:`
      : stateBucket(state) === undefined
        ? "The backend exists already. Create the stack in it:"
        : "A private bucket that keeps old versions, and what encrypts the secrets in it:";
  const encrypted =
    key === undefined
      ? `Commit \`Pulumi.${stack}.yaml\` afterwards: \`encryptionsalt\` in it is useless without the passphrase.`
      : `Commit \`Pulumi.${stack}.yaml\` afterwards: \`encryptedkey\` in it is useless without the KMS key. If the bucket is encrypted with a KMS key of its own, the deploy role also needs \`kms:GenerateDataKey\`.`;
  const elsewhere =
    earlier[0] === undefined || earlier[0].answers.state === state
      ? ""
      : `\n\n\`Pulumi.yaml\` names the state of the stack ${earlier[0].answers.stack}: before commands on your machine with \`--stack ${stack}\`, set \`PULUMI_BACKEND_URL\` as above. The workflows do.`;
  return `${introduction}\n\n\`\`\`sh\n${commands.join("\n")}\n\`\`\`\n\n${encrypted}${elsewhere}`;
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

/** `deploy` of `stg/deploy-role`. */
function useOf({ role }: RoleSize): string {
  return role.replace(/^.*\//, "").replace(/-role$/, "");
}

function policyArn({ config, names }: SetupValues, use: string): string {
  return `arn:aws:iam::${config.account}:policy/${roleName(names, use)}`;
}

/** Policies that some vendors attach beside that of the deploy role: an adoption's for as long as it takes. */
const FURTHER_POLICIES: ReadonlySet<string> = new Set(["adopt", "oidc"]);

function createRoles(values: SetupValues, roles: readonly RoleSize[]): string {
  return roles
    .filter((role) => !FURTHER_POLICIES.has(useOf(role)))
    .flatMap((role) => {
      const use = useOf(role);
      const name = roleName(values.names, use);
      const create = [
        `aws iam create-role --role-name ${name} --max-session-duration 7200 \\`,
        `  --assume-role-policy-document file://${use}-trust.json`,
      ];
      if (role.attached === "inline") return [...create, ...putPolicy(name, use)];
      return [
        ...create,
        `aws iam create-policy --policy-name ${name} --policy-document file://${use}-role.json`,
        `aws iam attach-role-policy --role-name ${name} \\`,
        `  --policy-arn ${policyArn(values, use)}`,
      ];
    })
    .join("\n");
}

/** Those that every stack has: an upgrade may change each of them. */
function updateRoles(values: SetupValues, roles: readonly RoleSize[]): string {
  return roles
    .filter((role) => !FURTHER_POLICIES.has(useOf(role)))
    .flatMap((role) => {
      const use = useOf(role);
      if (role.attached === "inline") {
        return [
          `# Over ${MANAGED_POLICY} characters: an inline policy, of up to ${INLINE_POLICIES}. Then detach the managed one, if there is one.`,
          ...putPolicy(roleName(values.names, use), use),
        ];
      }
      return [
        `aws iam create-policy-version --set-as-default --policy-document file://${use}-role.json \\`,
        `  --policy-arn ${policyArn(values, use)}`,
      ];
    })
    .join("\n");
}

function putPolicy(name: string, use: string): string[] {
  return [
    `aws iam put-role-policy --role-name ${name} --policy-name ${name} \\`,
    `  --policy-document file://${use}-role.json`,
  ];
}
