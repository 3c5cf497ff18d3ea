import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { Change } from "./changes";
import { send, type Properties } from "./values";

const { DiffChanges } = messages.DiffResponse;
const { Kind } = messages.PropertyDiff;
const KINDS = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
} as const;

/** The response to a check: the inputs to use, or what is wrong with them. */
export function checkResponse(
  inputs: Properties,
  secretKeys: Iterable<string>,
  failures: readonly { property: string; reason: string }[],
): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(send(inputs, secretKeys));
  for (const { property, reason } of failures) {
    const failure = new messages.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

/** The response to a diff: which properties change, how, and which of them force a replacement. */
export function diffResponse(changes: readonly Change[]): messages.DiffResponse {
  const response = new messages.DiffResponse();
  response.setChanges(changes.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setDiffsList([...new Set(changes.map(({ key }) => key))]);
  response.setReplacesList([
    ...new Set(changes.filter(({ replaces }) => replaces).map(({ key }) => key)),
  ]);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replaces } of changes) {
    const diff = new messages.PropertyDiff();
    diff.setKind(KINDS[kind][replaces ? 1 : 0]);
    response.getDetaileddiffMap().set(path, diff);
  }
  return response;
}
