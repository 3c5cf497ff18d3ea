import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  ListServiceSpecificCredentialsCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { setTimeout } from "node:timers/promises";
import type { ObservedCredential } from "../../src/account/observed";

/** A user's row of the credential report. */
export interface ReportedUser {
  createdAt: string;
  hasPassword: boolean;
  /** MFA devices and signing certificates: that they exist, without their ids. */
  credentials: ObservedCredential[];
}

const ATTEMPTS = 60;
const PAUSE_MILLISECONDS = 500;

/**
 * Passwords, MFA and certificates of all users in two calls. AWS makes a new report at most every four
 * hours (IAM user guide, "Credential reports"), so it may be that old.
 *
 * @returns user name → row.
 */
export async function credentialReport(iam: IAMClient): Promise<Map<string, ReportedUser>> {
  for (let attempt = 1; ; attempt++) {
    const { State } = await iam.send(new GenerateCredentialReportCommand({}));
    if (State === "COMPLETE") break;
    if (attempt === ATTEMPTS) throw new Error("IAM did not complete the credential report");
    await setTimeout(PAUSE_MILLISECONDS);
  }
  const { Content } = await iam.send(new GetCredentialReportCommand({}));
  return rowsOf(Buffer.from(Content ?? []).toString("utf8"));
}

/** No field of the report holds a comma: names of users may not. */
function rowsOf(text: string): Map<string, ReportedUser> {
  const [head = "", ...lines] = text.trim().split("\n");
  const columns = head.trim().split(",");
  return new Map(
    lines.map((line) => {
      const cells = line.trim().split(",");
      const at = (column: string) => cells[columns.indexOf(column)] ?? "";
      const certificates = ["cert_1_active", "cert_2_active"].filter((one) => at(one) === "true");
      const credentials: ObservedCredential[] = [
        ...(at("mfa_active") === "true" ? [{ kind: "mfa-device" as const }] : []),
        ...certificates.map(() => ({ kind: "signing-certificate" as const, status: "Active" })),
      ];
      const createdAt = `${at("user_creation_time").slice(0, 19)}Z`;
      return [
        at("user"),
        { createdAt, hasPassword: at("password_enabled") === "true", credentials },
      ] as const;
    }),
  );
}

/** Credentials for single services of all users (IAM API, ListServiceSpecificCredentials, `AllUsers`). */
export async function specificCredentials(
  iam: IAMClient,
): Promise<Map<string, ObservedCredential[]>> {
  const found = new Map<string, ObservedCredential[]>();
  let Marker: string | undefined;
  do {
    const page = await iam.send(
      new ListServiceSpecificCredentialsCommand({ AllUsers: true, MaxItems: 1000, Marker }),
    );
    for (const one of page.ServiceSpecificCredentials ?? []) {
      const { UserName = "", ServiceSpecificCredentialId: id, ServiceName: service, Status } = one;
      const credential: ObservedCredential = {
        kind: "service-specific",
        ...(id === undefined ? {} : { id }),
        ...(service === undefined ? {} : { service }),
        ...(Status === undefined ? {} : { status: Status }),
      };
      found.set(UserName, [...(found.get(UserName) ?? []), credential]);
    }
    Marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (Marker !== undefined);
  return found;
}
