import type * as pulumi from "@pulumi/pulumi";
import { ADOPTABLE, adoptedName, type Adoptable, type Adoption } from "../adoption";

/**
 * Inputs that may differ from what AWS holds: Pulumi refuses an import whose inputs differ, so they are taken over
 * as they are, and the update after it changes them in place.
 */
const AS_IN_AWS: Readonly<Record<Adoptable, readonly string[]>> = {
  [ADOPTABLE.user]: ["path", "tags", "forceDestroy", "permissionsBoundary"],
  [ADOPTABLE.key]: ["status", "pgpKey"],
  [ADOPTABLE.group]: ["path"],
  [ADOPTABLE.policy]: ["policy", "tags", "description", "path"],
};

/** The options of a resource that is imported if the adoption has it. */
export function adoptedOptions(
  type: Adoptable,
  logicalName: string,
  adoption: Adoption | undefined,
  options: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  const id = adoption?.get(adoptedName(type, logicalName));
  if (id === undefined) return options;
  const ignored = [...(options.ignoreChanges ?? []), ...AS_IN_AWS[type]];
  return { ...options, import: id, ignoreChanges: [...new Set(ignored)] };
}
