import { AwsRefusal } from "./awsAnswer";
import type { AwsCall } from "./awsCall";

/**
 * The emulator treats a call without a signature, the key `test` and any 12 digits as the
 * administrator's. AWS accepts none of them (IAM User Guide, "Signature Version 4 for API requests").
 *
 * @throws AwsRefusal for such a caller.
 */
export function refuseUnknownCallers(call: AwsCall): void {
  // Its token stands in for a signature (STS API, AssumeRoleWithWebIdentity).
  if (call.action === "AssumeRoleWithWebIdentity" && call.service === "sts") return;
  if (call.accessKeyId === "") {
    const message = "Request is missing Authentication Token";
    throw new AwsRefusal("MissingAuthenticationToken", message, 403);
  }
  if (/^(test|\d{12})$/.test(call.accessKeyId)) {
    const code = call.protocol === "json" ? "UnrecognizedClientException" : "InvalidClientTokenId";
    const message = "The security token included in the request is invalid.";
    throw new AwsRefusal(code, message, call.protocol === "json" ? 400 : 403);
  }
}
