// The files of a trail in S3.
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { awsSettings, type AwsTarget, type Environment } from "./open";
import { RETRIES, TIMEOUTS } from "./retries";

// As in client.ts, which is not loaded for this.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** Reads a bucket, which may be in another region. */
export class TrailBucket {
  readonly #client: S3Client;

  constructor(
    private readonly bucket: string,
    target: AwsTarget,
    environment: Environment,
  ) {
    const settings = awsSettings(environment, target);
    this.#client = new S3Client({
      ...{ ...TIMEOUTS, ...RETRIES, ...settings },
      followRegionRedirects: true,
      // An endpoint of one's own has no name for each bucket.
      forcePathStyle: settings.endpoint !== undefined,
    });
  }

  /** The first key with a prefix, in the order of names; undefined without any. */
  async first(prefix: string): Promise<string | undefined> {
    const command = new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, MaxKeys: 1 });
    const { Contents = [] } = await this.#client.send(command);
    return Contents[0]?.Key;
  }

  /** All keys with a prefix, in the order of names. */
  async keys(prefix: string): Promise<string[]> {
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const answer = await this.#client.send(
        new ListObjectsV2Command({
          ...{ Bucket: this.bucket, Prefix: prefix },
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        }),
      );
      found.push(...(answer.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      ContinuationToken = answer.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return found;
  }

  /** An object's bytes, as they are stored. */
  async read(key: string): Promise<Uint8Array> {
    const { Body } = await this.#client.send(
      new GetObjectCommand({ Bucket: this.bucket, Key: key }),
    );
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  }
}
