import {
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
  type ECRClient,
} from "@aws-sdk/client-ecr";
import pMap from "p-map";
import {
  observedDocument,
  placeKey,
  type ObservedRegistry,
  type ObservedRepository,
} from "../../src/account/observed";
import { missingName, unlessMissing } from "./missing";
import type { NoteUnread } from "./noteUnread";

/** One repository in one region. */
export interface ObservedPlaceName {
  repository: string;
  region: string;
}

/** ECR allows far more; the SDK keeps 50 connections. */
const AT_ONCE = 24;

/** The policies of repositories and, if asked for, of the registries that they are in. */
export async function observedPlaces(
  ecr: (region: string) => ECRClient,
  places: readonly ObservedPlaceName[],
  registries: boolean,
  unread: NoteUnread,
): Promise<{
  repositories: Map<string, ObservedRepository>;
  registries: Map<string, ObservedRegistry>;
}> {
  const regions = registries ? [...new Set(places.map(({ region }) => region))] : [];
  const [found, policies] = await Promise.all([
    pMap(
      places,
      async ({ repository, region }) => {
        const key = placeKey(repository, region);
        const read = await unread.unless(
          "repository",
          key,
          repositoryAt(ecr(region), { repository, region }),
        );
        return read === undefined ? [] : [[key, read] as const];
      },
      { concurrency: AT_ONCE },
    ),
    pMap(
      regions,
      async (region) => {
        const read = await unread.unless("registry", region, registryIn(ecr(region), region));
        return read === undefined ? [] : [[region, read] as const];
      },
      { concurrency: AT_ONCE },
    ),
  ]);
  return { repositories: new Map(found.flat()), registries: new Map(policies.flat()) };
}

async function repositoryAt(
  ecr: ECRClient,
  { repository, region }: ObservedPlaceName,
): Promise<ObservedRepository> {
  try {
    const command = new GetRepositoryPolicyCommand({ repositoryName: repository });
    const { policyText = "" } = await ecr.send(command);
    return { repository, region, exists: true, policy: observedDocument(policyText) };
  } catch (error) {
    const missing = missingName(error);
    if (missing === undefined) throw error;
    return { repository, region, exists: missing !== "RepositoryNotFoundException" };
  }
}

async function registryIn(ecr: ECRClient, region: string): Promise<ObservedRegistry> {
  const answer = await unlessMissing(ecr.send(new GetRegistryPolicyCommand({})));
  const text = answer?.policyText;
  return { region, ...(text === undefined ? {} : { policy: observedDocument(text) }) };
}
