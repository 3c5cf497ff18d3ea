import {
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import type { ObservedCredential } from "../../src/account/observed";
import type { NoteUnread } from "./noteUnread";

/** What one user can authenticate with beside keys and password; undefined when it may not be read. */
export async function otherCredentials(
  iam: IAMClient,
  UserName: string,
  unread: NoteUnread,
): Promise<ObservedCredential[] | undefined> {
  const read = async (): Promise<ObservedCredential[]> => {
    const [devices, specific, certificates, keys] = await Promise.all([
      iam.send(new ListMFADevicesCommand({ UserName })),
      iam.send(new ListServiceSpecificCredentialsCommand({ UserName })),
      iam.send(new ListSigningCertificatesCommand({ UserName })),
      iam.send(new ListSSHPublicKeysCommand({ UserName })),
    ]);
    return [
      ...(devices.MFADevices ?? []).map(({ SerialNumber }) => one("mfa-device", SerialNumber)),
      ...(specific.ServiceSpecificCredentials ?? []).map((its) => ({
        ...one("service-specific", its.ServiceSpecificCredentialId, its.Status),
        ...(its.ServiceName === undefined ? {} : { service: its.ServiceName }),
      })),
      ...(certificates.Certificates ?? []).map(({ CertificateId, Status }) =>
        one("signing-certificate", CertificateId, Status),
      ),
      ...(keys.SSHPublicKeys ?? []).map(({ SSHPublicKeyId, Status }) =>
        one("ssh-key", SSHPublicKeyId, Status),
      ),
    ];
  };
  return unread.unless("credentials", UserName, read());
}

function one(
  kind: ObservedCredential["kind"],
  id: string | undefined,
  status?: string,
): ObservedCredential {
  return {
    kind,
    ...(id === undefined ? {} : { id }),
    ...(status === undefined ? {} : { status }),
  };
}
