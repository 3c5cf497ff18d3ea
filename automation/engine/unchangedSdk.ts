/**
 * Whether Pulumi's SDK is left as it was published, by `ECR_CUSTOMERS_UNCHANGED_SDK=1` in the environment: to find
 * out whether a failure comes from what is changed in it here (docs/decisions/start-time.md).
 */
export function isSdkUnchanged(): boolean {
  return process.env["ECR_CUSTOMERS_UNCHANGED_SDK"] === "1";
}
