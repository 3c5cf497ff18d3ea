// Pulls over HTTP, without a client's program: thousands of them in seconds.
import { createHash } from "node:crypto";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import type { Sandbox } from "../sandbox/sandbox";

const LAYER = "a layer";
const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const MANIFEST = JSON.stringify({ schemaVersion: 2, layers: [{ digest: digestOf(LAYER) }] });
/** The digest of the image that `pushImage` pushes. */
export const IMAGE_DIGEST = digestOf(MANIFEST);
const MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

/** The digest of the image that `pushImage` pushes. */

/** Logs in with a key, the administrator's without one. @returns the header for the registry. */
export async function login(
  { aws }: Pick<Sandbox, "aws">,
  credentials?: { accessKeyId: string; secretAccessKey: string },
): Promise<string> {
  const ecr = new ECRClient({ ...aws, ...(credentials && { credentials }) });
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  ecr.destroy();
  return `Basic ${authorizationData?.[0]?.authorizationToken ?? ""}`;
}

/** Pushes a small image as `1.0`. */
export async function pushImage(
  { front }: Pick<Sandbox, "front">,
  repository: string,
  authorization: string,
): Promise<void> {
  const base = `${front.endpoint}/v2/${repository}`;
  const upload = `${base}/blobs/uploads/?digest=${digestOf(LAYER)}`;
  const layer = await fetch(upload, { method: "POST", headers: { authorization }, body: LAYER });
  const headers = { authorization, "content-type": MEDIA_TYPE };
  const image = await fetch(`${base}/manifests/1.0`, { method: "PUT", headers, body: MANIFEST });
  if (!layer.ok || !image.ok) throw new Error(`${await layer.text()} ${await image.text()}`);
}

/** Asks for an image's manifest. @returns the HTTP status. */
export async function pull(
  endpoint: string,
  repository: string,
  reference: string,
  authorization: string,
): Promise<number> {
  const url = `${endpoint}/v2/${repository}/manifests/${reference}`;
  const answer = await fetch(url, { headers: { authorization } });
  await answer.arrayBuffer();
  return answer.status;
}
