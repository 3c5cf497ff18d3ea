import { DeleteAccessKeyCommand, IAMClient, ListAccessKeysCommand } from "@aws-sdk/client-iam";

/** Without endpoint and credentials, AWS's own and those of the environment, as for every AWS tool. */
export interface AwsSettings {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** What the script asks of AWS itself, because Pulumi's state cannot know it. */
export class AwsClient {
  readonly #iam: IAMClient;

  constructor(settings: AwsSettings) {
    this.#iam = new IAMClient(settings);
  }

  /** Ids of a user's access keys, active or not; none for a user that does not exist. */
  async accessKeys(UserName: string): Promise<string[]> {
    try {
      const { AccessKeyMetadata } = await this.#iam.send(new ListAccessKeysCommand({ UserName }));
      return (AccessKeyMetadata ?? []).flatMap(({ AccessKeyId }) => AccessKeyId ?? []);
    } catch (error) {
      if (/^NoSuchEntity/.test((error as Error).name)) return [];
      throw error;
    }
  }

  async deleteAccessKey(UserName: string, AccessKeyId: string): Promise<void> {
    await this.#iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  }
}
