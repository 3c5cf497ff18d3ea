import { statementsOf } from "../access/presentPolicy";
import type { AccountContext } from "./context";
import type { AttachedPolicy, ObservedDocument } from "./observed";

/**
 * What a run may take from a customer's user without an operator, because no file gives it: it only ever
 * takes access away (docs/architecture.md, "Repairs").
 */
export type Removal = { user: string } & (
  | { kind: "inline-policy"; policy: string }
  | { kind: "managed-policy"; arn: string }
  | { kind: "group"; group: string }
  | { kind: "password" }
  /** Set inactive, not deleted: that can be undone. Only of a customer whose access has ended. */
  | { kind: "key"; key: string }
);

/** The command that does it by hand. */
export function removalCommand(removal: Removal): string {
  const named = `--user-name ${removal.user}`;
  switch (removal.kind) {
    case "inline-policy":
      return `aws iam delete-user-policy ${named} --policy-name ${removal.policy}`;
    case "managed-policy":
      return `aws iam detach-user-policy ${named} --policy-arn ${removal.arn}`;
    case "group":
      return `aws iam remove-user-from-group ${named} --group-name ${removal.group}`;
    case "password":
      return `aws iam delete-login-profile ${named}`;
    case "key":
      return `aws iam update-access-key ${named} --access-key-id ${removal.key} --status Inactive`;
  }
}

/**
 * Whether policies do nothing but allow. Only then does their removal never give access: a Deny that someone
 * has attached by hand may be the end of a customer's access in an emergency.
 *
 * @param documents - undefined among them: one that was not read.
 */
export function onlyAllow(documents: readonly (ObservedDocument | undefined)[]): boolean {
  return documents.every(
    (one) =>
      one?.document !== undefined &&
      statementsOf(one.document).every(({ Effect }) => Effect === "Allow"),
  );
}

/** The document of a managed policy; undefined when it was not read. */
export function managedDocument(
  { observed }: AccountContext,
  { arn }: AttachedPolicy,
): ObservedDocument | undefined {
  return observed.managedPolicies.get(arn)?.document;
}

/** All documents of a group. */
export function groupDocuments(
  context: AccountContext,
  name: string,
): (ObservedDocument | undefined)[] {
  const group = context.groups.get(name);
  if (group === undefined) return [undefined];
  return [
    ...group.inlinePolicies.values(),
    ...group.attachedPolicies.map((policy) => managedDocument(context, policy)),
  ];
}
