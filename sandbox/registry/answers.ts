import type { AwsAnswer, AwsRefusal } from "../aws/awsAnswer";

/** The registry's own responses, in the form of the OCI distribution specification ("Error Codes") and in ECR's words. */
function refusal(status: number, code: string, message: string): AwsAnswer {
  return {
    status,
    rawHeaders: ["Content-Type", "application/json; charset=utf-8", ...VERSION],
    body: Buffer.from(JSON.stringify({ errors: [{ code, message }] })),
  };
}

const VERSION = ["Docker-Distribution-Api-Version", "registry/2.0"];

/** For a request without a login; a client that has one sends it next. */
export function challenge(registry: string): AwsAnswer {
  const realm = `Basic realm="https://${registry}/",service="ecr.amazonaws.com"`;
  return {
    status: 401,
    rawHeaders: [
      "Content-Type",
      "text/plain; charset=utf-8",
      "Www-Authenticate",
      realm,
      ...VERSION,
    ],
    body: Buffer.from("Not Authorized\n"),
  };
}

/** For `/v2/` with a valid login. */
export function welcome(): AwsAnswer {
  return { status: 200, rawHeaders: [...VERSION], body: Buffer.from("") };
}

export function denied(message: string): AwsAnswer {
  return refusal(403, "DENIED", message);
}

/** Also for a login to another region (ECR User Guide, "Troubleshooting errors with Docker commands"). */
export function expired(): AwsAnswer {
  return denied("Your authorization token has expired. Reauthenticate and try again.");
}

export function invalidToken(): AwsAnswer {
  return denied("Your Authorization Token is invalid.");
}

export function noSuchRepository(repository: string, account: string): AwsAnswer {
  const message = `The repository with name '${repository}' does not exist in the registry with id '${account}'`;
  return refusal(404, "NAME_UNKNOWN", message);
}

export function unknownPath(): AwsAnswer {
  return refusal(404, "UNSUPPORTED", "The registry does not serve this path");
}

export function unsupported(method: string): AwsAnswer {
  return refusal(405, "UNSUPPORTED", `The registry does not serve ${method} here`);
}

export function emptyManifest(): AwsAnswer {
  return refusal(400, "MANIFEST_INVALID", "The manifest is empty");
}

/** For a fault set by a test. */
export function refused({ status, code, message }: AwsRefusal): AwsAnswer {
  return refusal(status, code, message);
}

/** The sandbox itself has failed; the message says that it does not come from AWS. */
export function failure(error: unknown): AwsAnswer {
  const message = `sandbox: ${error instanceof Error ? error.message : String(error)}`;
  return refusal(500, "UNKNOWN", message);
}
