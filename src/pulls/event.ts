// CloudTrail's event → pull. The event's form: ECR User Guide, "Logging Amazon ECR actions with AWS CloudTrail".
import type { Pull } from "./model";

type Fields = Readonly<Record<string, unknown>>;

/** The call that a pull is counted by; layers are fetched only where they are not yet on the machine. */
export const PULL_EVENT = "BatchGetImage";

/** @returns undefined for an event that is no pull, or that is not complete. */
export function pullOf(event: unknown): Pull | undefined {
  const fields = fieldsOf(event);
  if (text(fields, "eventName") !== PULL_EVENT) return undefined;
  if (text(fields, "eventSource") !== "ecr.amazonaws.com") return undefined;
  const [id, at] = [text(fields, "eventID"), text(fields, "eventTime")];
  if (id === "" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(at)) return undefined;
  const identity = fieldsOf(fields["userIdentity"]);
  // Null for some calls that were refused.
  const parameters = fieldsOf(fields["requestParameters"]);
  const error = text(fields, "errorCode");
  return {
    ...{ id, at },
    region: text(fields, "awsRegion"),
    arn: text(identity, "arn") || text(identity, "accountId"),
    key: text(identity, "accessKeyId"),
    address: text(fields, "sourceIPAddress"),
    repository: text(parameters, "repositoryName"),
    image: images(parameters["imageIds"]),
    ...(error === "" ? {} : { error }),
  };
}

function images(ids: unknown): string {
  if (!Array.isArray(ids)) return "";
  return ids
    .map((one: unknown) => text(fieldsOf(one), "imageTag") || text(fieldsOf(one), "imageDigest"))
    .join(",");
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}
