import {
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListInstanceProfilesForRole,
  paginateListRolePolicies,
  RemoveRoleFromInstanceProfileCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { calling } from "../awsErrors";

/** Takes a role out of all instance profiles: AWS deletes no role that is in one. */
export async function removeInstanceProfiles(client: IAMClient, role: string): Promise<void> {
  const names: string[] = [];
  for await (const page of paginateListInstanceProfilesForRole({ client }, { RoleName: role })) {
    names.push(...(page.InstanceProfiles ?? []).map((one) => one.InstanceProfileName ?? ""));
  }
  for (const name of names) {
    const doing = `removing IAM Role (${role}) from Instance Profile (${name})`;
    await calling(doing, "IAM: RemoveRoleFromInstanceProfile", () =>
      client.send(
        new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: name, RoleName: role }),
      ),
    );
  }
}

/** Detaches all managed policies of a role and deletes its inline ones. */
export async function removePolicies(client: IAMClient, role: string): Promise<void> {
  const attached = await attachedTo(client, role);
  for (const policyArn of attached) await detach(client, role, policyArn);
  const inline: string[] = [];
  for await (const page of paginateListRolePolicies({ client }, { RoleName: role })) {
    inline.push(...(page.PolicyNames ?? []));
  }
  for (const name of inline) {
    await calling(`deleting IAM Role (${role}) policy (${name})`, "IAM: DeleteRolePolicy", () =>
      client.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: name })),
    );
  }
}

/** ARNs of the managed policies that are attached to a role. */
export async function attachedTo(client: IAMClient, role: string): Promise<string[]> {
  const arns: string[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client }, { RoleName: role })) {
    arns.push(...(page.AttachedPolicies ?? []).map(({ PolicyArn }) => PolicyArn ?? ""));
  }
  return arns;
}

/** Detaches one managed policy. */
export async function detach(client: IAMClient, role: string, policyArn: string): Promise<void> {
  const doing = `detaching IAM Policy (${policyArn}) from IAM Role (${role})`;
  await calling(doing, "IAM: DetachRolePolicy", () =>
    client.send(new DetachRolePolicyCommand({ RoleName: role, PolicyArn: policyArn })),
  );
}
