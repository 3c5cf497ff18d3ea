import * as pulumi from "@pulumi/pulumi";
import type { ForeignStatement } from "../access/model";
import type { PolicyGuard } from "../policyGuard";

/**
 * A hook that fails the write of one policy, and nothing else, when the write would remove what others have
 * in it. Made once in each run, because the engine knows hooks by name; previews do not call it.
 */
export function policyHook(guard: PolicyGuard): pulumi.ResourceHook {
  return new pulumi.ResourceHook("repository-policy-owner", hookCallback(guard));
}

/** What the hook does, apart from the engine: it throws the reason against the write, if there is one. */
export function hookCallback(
  guard: PolicyGuard,
): (args: Pick<pulumi.ResourceHookArgs, "name" | "newInputs">) => Promise<void> {
  return async ({ name, newInputs }) => {
    const at = name.lastIndexOf("@");
    const { Statement } = JSON.parse(String(newInputs?.["policy"])) as {
      Statement: readonly ForeignStatement[];
    };
    const refusal = await guard.refusal(name.slice(0, at), name.slice(at + 1), Statement);
    if (refusal !== undefined) throw new Error(refusal);
  };
}
