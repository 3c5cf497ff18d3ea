import type { PolicyDocument, RepositoryPolicyDocument } from "./model";

/** A policy as AWS gets it: compact JSON, keys in the order in which the document was built. */
export function serialize(document: PolicyDocument | RepositoryPolicyDocument): string {
  return JSON.stringify(document);
}
