import { ListRolesCommand, type IAMClient } from "@aws-sdk/client-iam";
import { USER_PATH } from "../../src/access/arns";
import type { ListedUser } from "./views";

/** All roles under `/customers/`, in name order. One call for each thousand (IAM API, ListRoles). */
export async function listRoles(iam: IAMClient): Promise<ListedUser[]> {
  const roles: ListedUser[] = [];
  let Marker: string | undefined;
  do {
    const page = await iam.send(
      new ListRolesCommand({ PathPrefix: USER_PATH, MaxItems: 1000, Marker }),
    );
    for (const { RoleName = "", RoleId = "" } of page.Roles ?? []) {
      roles.push({ name: RoleName, uniqueId: RoleId });
    }
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker !== undefined);
  return roles.sort((a, b) => (a.name < b.name ? -1 : 1));
}
