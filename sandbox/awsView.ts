import { ECRClient } from "@aws-sdk/client-ecr";
import { IAMClient } from "@aws-sdk/client-iam";
import { AwsClient } from "../automation/aws/client";

/** Where the sandbox's AWS is and whose eyes look at it. */
export interface AwsAccess {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/**
 * Reads back from AWS's side what a stack has made: the demo and the end-to-end tests judge by
 * this, never by Pulumi's state. `iam` and `ecr` are for what tests do behind the script's back.
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
