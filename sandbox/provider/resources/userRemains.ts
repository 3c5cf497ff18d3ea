import {
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserPolicyCommand,
  DeleteVirtualMFADeviceCommand,
  DetachUserPolicyCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListVirtualMFADevicesCommand,
  paginateListAttachedUserPolicies,
  paginateListUserPolicies,
  RemoveUserFromGroupCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";

/** AWS deletes a user only when nothing is attached to it any more; group memberships are always removed. */
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
 * What `forceDestroy` removes, in the order of the real provider (terraform-provider-aws,
 * `internal/service/iam/user.go`): policies first, whoever added them, then credentials.
 */
export async function removeAllOf(iam: IAMClient, user: string): Promise<void> {
  for (const step of [
    removePolicies,
    removeKeys,
    removeDevices,
    removeLoginProfile,
    removeOtherCredentials,
  ]) {
    // A step may find nothing because an earlier run has removed it; the next steps still have to run.
    await unlessRefused(["NoSuchEntity"], () => step(iam, user));
  }
}

async function removePolicies(iam: IAMClient, UserName: string): Promise<void> {
  const asking = askingAbout(UserName, "policies");
  for await (const page of paginateListUserPolicies({ client: iam }, { UserName })) {
    for (const PolicyName of page.PolicyNames ?? []) {
      await asking("DeleteUserPolicy", () =>
        iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
      );
    }
  }
  for await (const page of paginateListAttachedUserPolicies({ client: iam }, { UserName })) {
    for (const { PolicyArn } of page.AttachedPolicies ?? []) {
      await asking("DetachUserPolicy", () =>
        iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
      );
    }
  }
}

async function removeKeys(iam: IAMClient, UserName: string): Promise<void> {
  const asking = askingAbout(UserName, "access keys");
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
}

/** Virtual devices are found among all those of the account, since only that listing tells them apart. */
async function removeDevices(iam: IAMClient, UserName: string): Promise<void> {
  const asking = askingAbout(UserName, "MFA devices");
  const deactivate = (SerialNumber: string | undefined) =>
    asking("DeactivateMFADevice", () =>
      iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber })),
    );
  const virtual = await asking("ListVirtualMFADevices", () =>
    iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: "Assigned" })),
  );
  for (const { SerialNumber, User } of virtual.VirtualMFADevices ?? []) {
    if (User?.UserName !== UserName) continue;
    await deactivate(SerialNumber);
    await asking("DeleteVirtualMFADevice", () =>
      iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })),
    );
  }
  const devices = await asking("ListMFADevices", () =>
    iam.send(new ListMFADevicesCommand({ UserName })),
  );
  for (const { SerialNumber } of devices.MFADevices ?? []) await deactivate(SerialNumber);
}

async function removeLoginProfile(iam: IAMClient, UserName: string): Promise<void> {
  await askingAbout(UserName, "login profile")("DeleteLoginProfile", () =>
    iam.send(new DeleteLoginProfileCommand({ UserName })),
  );
}

async function removeOtherCredentials(iam: IAMClient, UserName: string): Promise<void> {
  const asking = askingAbout(UserName, "credentials");
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

function askingAbout(user: string, what: string) {
  return <T>(operation: string, call: () => Promise<T>) =>
    calling(`removing IAM User (${user}) ${what}`, `IAM: ${operation}`, call);
}
