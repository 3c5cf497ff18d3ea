import type * as awsxEcr from "@pulumi/awsx/ecr";
import type * as pulumi from "@pulumi/pulumi";

/** Ten years. Untagged images are kept that long, because customers pin digests without a tag. */
const UNTAGGED_DAYS = 3_650;

/**
 * Declares a repository that the stack owns, with `awsx`: tags are immutable, images are scanned on
 * push. The lifecycle rule is written out because awsx's default removes untagged images after a
 * day, and with them what customers have pinned by digest (awsx `ecr.Repository`, `lifecyclePolicy`).
 *
 * Loaded only when a catalogue asks for it: awsx takes most of a second to load.
 *
 * @returns the repository's name, known once it exists.
 */
export function createRepository(
  name: string,
  region: string,
  provider: pulumi.ProviderResource,
  tags?: Readonly<Record<string, string>>,
): pulumi.Output<string> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only here, see above
  const awsx = require("@pulumi/awsx/ecr") as typeof awsxEcr;
  const repository = new awsx.Repository(
    `${name}@${region}`,
    {
      name,
      region,
      ...(tags === undefined ? {} : { tags }),
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      lifecyclePolicy: {
        rules: [
          {
            description: "Keep untagged images, which customers may have pinned by digest",
            tagStatus: "untagged",
            maximumAgeLimit: UNTAGGED_DAYS,
          },
        ],
      },
    },
    { providers: [provider] },
  );
  return repository.repository.apply((created) => created.name);
}
