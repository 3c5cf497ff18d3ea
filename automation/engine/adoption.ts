import type { Home } from "../../src/access/arns";
import { unlessAwsFails } from "../aws/errors";
import { asCreated, type CreationReader } from "./creation";
import type { ResourceFailure } from "./events";
import type { ExportedState, StateResource } from "./recovery";

/** The codes with which IAM and ECR refuse to create what exists. */
const EXISTS = /EntityAlreadyExists|RepositoryAlreadyExists/;

/**
 * Resources that AWS refuses to create because an earlier attempt has created them: its answer was lost, e.g. with the
 * network, so that no state has them. Each further run would fail in the same way.
 *
 * @param takesRepositories - also repositories that are in use, as in an adoption.
 * @returns none when AWS cannot be asked: the failures themselves are then reported.
 */
export async function createdEarlier(
  failures: readonly ResourceFailure[],
  home: Home,
  aws: CreationReader,
  takesRepositories = false,
): Promise<StateResource[]> {
  const found: StateResource[] = [];
  for (const { message, creation: resource } of failures) {
    if (resource === undefined || !EXISTS.test(message)) continue;
    await unlessAwsFails(async () => {
      const created = await asCreated(resource, home, aws, takesRepositories);
      if (created !== undefined) found.push(created);
    });
  }
  return found;
}

/** The state with these resources, as far as it does not have them. */
export function withResources<State extends ExportedState>(
  state: State,
  added: readonly StateResource[],
): State {
  const { resources = [] } = state.deployment;
  const present = new Set(resources.map(({ urn }) => urn));
  const missing = added.filter(({ urn }) => !present.has(urn));
  return { ...state, deployment: { ...state.deployment, resources: [...resources, ...missing] } };
}
