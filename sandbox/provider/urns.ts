// What a resource's URN says about it.
import { resourceTypes } from "./registry";
import type { AnyResourceType } from "./resourceType";

/** The type and the name are the last two parts of a URN; a child's type follows its parent's. */
export function typeOf(urn: string): AnyResourceType {
  const token = (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
  const type = resourceTypes.get(token);
  if (type === undefined) throw new Error(`unknown resource type ${token}`);
  return type;
}

/** The resource's logical name. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
