import { ECRClient } from "@aws-sdk/client-ecr";
import { IAMClient } from "@aws-sdk/client-iam";
import { AwsClient } from "../automation/aws/client";

/** Where the sandbox's AWS is, and with whose credentials to read it. */
export interface AwsAccess {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/**
 * Reads from AWS what a stack has created: the demo and the end-to-end tests judge by this, never by
 * Pulumi's state. `iam` and `ecr` are for changes that tests make without the script.
 */
export class AwsView extends AwsClient {
  readonly iam: IAMClient;
  readonly ecr: ECRClient;

  constructor(access: AwsAccess) {
    super(access);
    this.iam = new IAMClient(access);
    this.ecr = new ECRClient(access);
  }
}
