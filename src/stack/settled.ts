import type * as pulumi from "@pulumi/pulumi";
import { isUnknown } from "@pulumi/pulumi";

/**
 * Waits until the engine has answered for the resource behind `output`.
 *
 * Gives its value, or undefined when it has none: in a preview of a new resource, or, in an update
 * that continues after errors, when the resource failed. `apply` cannot tell the two apart: it is not
 * called for either.
 *
 * `Output.promise` is how the SDK itself waits; it is missing from the typings, so the exact version
 * of `@pulumi/pulumi` is pinned and the end-to-end tests fail a resource on purpose.
 */
export async function settled<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  const internals = output as unknown as { promise(withUnknowns: boolean): Promise<unknown> };
  const value = await internals.promise(true);
  return value === undefined || isUnknown(value) ? undefined : (value as T);
}
