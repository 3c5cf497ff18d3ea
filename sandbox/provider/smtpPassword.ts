import { createHmac } from "node:crypto";

const VERSION = 0x04;

/**
 * The SMTP password for Amazon SES that is derived from a secret access key, as AWS documents it: the
 * signing key of a fixed day, region and service, over a fixed message, after a version byte.
 */
export function smtpPassword(secretAccessKey: string, region: string): string {
  const steps = ["11111111", region, "ses", "aws4_request", "SendRawEmail"];
  const signature = steps.reduce(
    (key, step) => createHmac("sha256", key).update(step).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return Buffer.concat([Buffer.from([VERSION]), signature]).toString("base64");
}
