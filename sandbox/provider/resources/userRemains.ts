import {
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteVirtualMFADeviceCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  RemoveUserFromGroupCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";

/** AWS deletes a user only when nothing hangs on it any more; group memberships always go. */
export async function removeFromAllGroups(iam: IAMClient, user: string): Promise<void> {
  for (const group of await groupsOf(iam, user)) await removeFromGroup(iam, user, group);
}

/** Names of the groups that the user is in. */
export async function groupsOf(iam: IAMClient, user: string): Promise<string[]> {
  const { Groups = [] } = await calling(
    `reading IAM User Group Membership (${user})`,
    "IAM: ListGroupsForUser",
    // A user is in ten groups at most: one page.
    () => iam.send(new ListGroupsForUserCommand({ UserName: user })),
  );
  return Groups.flatMap(({ GroupName }) => GroupName ?? []);
}

/** Takes the user out of the group; succeeds when it is not in it. */
export async function removeFromGroup(iam: IAMClient, user: string, group: string): Promise<void> {
  const doing = `removing User (${user}) from Group (${group})`;
  await unlessRefused(["NoSuchEntity"], () =>
    calling(doing, "IAM: RemoveUserFromGroup", () =>
      iam.send(new RemoveUserFromGroupCommand({ UserName: user, GroupName: group })),
    ),
  );
}

/**
 * What `forceDestroy` takes away: keys, certificates, devices and passwords. Like the real provider
 * it leaves policies alone: a user with a policy that somebody added by hand is a DeleteConflict.
 */
export async function removeCredentials(iam: IAMClient, user: string): Promise<void> {
  const UserName = user;
  const asking = <T>(operation: string, call: () => Promise<T>) =>
    calling(`removing credentials of IAM User (${user})`, `IAM: ${operation}`, call);

  const keys = await asking("ListAccessKeys", () =>
    iam.send(new ListAccessKeysCommand({ UserName })),
  );
  for (const { AccessKeyId } of keys.AccessKeyMetadata ?? []) {
    await asking("DeleteAccessKey", () =>
      iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
    );
  }
  const sshKeys = await asking("ListSSHPublicKeys", () =>
    iam.send(new ListSSHPublicKeysCommand({ UserName })),
  );
  for (const { SSHPublicKeyId } of sshKeys.SSHPublicKeys ?? []) {
    await asking("DeleteSSHPublicKey", () =>
      iam.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId })),
    );
  }
  const devices = await asking("ListMFADevices", () =>
    iam.send(new ListMFADevicesCommand({ UserName })),
  );
  for (const { SerialNumber } of devices.MFADevices ?? []) {
    await asking("DeactivateMFADevice", () =>
      iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber })),
    );
    // A virtual device has an ARN for its serial number and is of no use to anybody else.
    if (SerialNumber?.startsWith("arn:")) {
      await asking("DeleteVirtualMFADevice", () =>
        iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })),
      );
    }
  }
  await unlessRefused(["NoSuchEntity"], () =>
    asking("DeleteLoginProfile", () => iam.send(new DeleteLoginProfileCommand({ UserName }))),
  );
  const certificates = await asking("ListSigningCertificates", () =>
    iam.send(new ListSigningCertificatesCommand({ UserName })),
  );
  for (const { CertificateId } of certificates.Certificates ?? []) {
    await asking("DeleteSigningCertificate", () =>
      iam.send(new DeleteSigningCertificateCommand({ UserName, CertificateId })),
    );
  }
  const credentials = await asking("ListServiceSpecificCredentials", () =>
    iam.send(new ListServiceSpecificCredentialsCommand({ UserName })),
  );
  for (const { ServiceSpecificCredentialId } of credentials.ServiceSpecificCredentials ?? []) {
    await asking("DeleteServiceSpecificCredential", () =>
      iam.send(
        new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }),
      ),
    );
  }
}
