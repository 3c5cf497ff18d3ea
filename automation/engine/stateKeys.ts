import type { RecordedState } from "../../src/account/declared";
import { nameOf } from "./events";
import type { ExportedState } from "./recovery";

const USER = "aws:iam/user:User";
const ROLE = "aws:iam/role:Role";
const ACCESS_KEY = "aws:iam/accessKey:AccessKey";

/** The ids of access keys in AWS, by the program's names for them: `<customer>-<generation>`. */
export type StateKeys = ReadonlyMap<string, string>;

/** The access keys in a state; secrets are not read. */
export function stateKeys({ deployment: { resources = [] } }: ExportedState): StateKeys {
  return new Map(
    resources
      .filter(({ type, id }) => type === ACCESS_KEY && id !== undefined)
      // Being deleted: another resource of the same name may have replaced it.
      .filter((resource) => resource.delete !== true)
      .map(({ urn, id = "" }) => [urn.slice(urn.lastIndexOf("::") + 2), id]),
  );
}

/** The ids that AWS gave to a state's users, roles and keys; secrets are not read. */
export function recordedIds(state: ExportedState): RecordedState {
  const { resources = [] } = state.deployment;
  const idsOf = (type: string) =>
    new Map(
      resources
        .filter((one) => one.type === type && one.delete !== true)
        .flatMap(({ urn, outputs }) => {
          const uniqueId = outputs?.["uniqueId"];
          return typeof uniqueId === "string" ? [[nameOf(urn), uniqueId] as const] : [];
        }),
    );
  return { keyIds: stateKeys(state), userIds: idsOf(USER), roleIds: idsOf(ROLE) };
}
