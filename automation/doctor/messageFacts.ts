/** What an error message names, as far as it does. */
export interface MessageFacts {
  /** ARN of the identity that made the call. */
  identity?: { arn: string; account: string };
  /** Where the pull went. */
  registry?: { account: string; region: string };
  repository?: string;
}

/** Users, roles and sessions; an STS ARN is that of a session (IAM user guide, "IAM ARNs"). */
const IDENTITY =
  /arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):(?:root\b|(?:user|role|assumed-role|federated-user)\/[\w+=,.@/-]*[\w+=,@/-])/;
/** The resource in ECR's refusals. */
const RESOURCE = /arn:aws[a-z-]*:ecr:([a-z0-9-]+):(\d{12}):repository\/([a-z0-9._/-]*[a-z0-9])/;
/** In `<host>/<repository>:<tag>`, or in a URL of the registry's API, `<host>/v2/<repository>/manifests/<tag>`. */
const HOST = /\b(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com|on\.aws)/;
const API_PATH = /\/v2\/([a-z0-9._/-]+?)\/(?:manifests|blobs|tags)\//;
const IMAGE = /^\/(?!v2\/)([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)/;

/** Reads who pulled what from an error message of AWS, docker, containerd or another client. */
export function factsIn(text: string): MessageFacts {
  const [arn, identityAccount] = IDENTITY.exec(text) ?? [];
  const [, resourceRegion, resourceAccount, resourceName] = RESOURCE.exec(text) ?? [];
  const host = HOST.exec(text);
  const account = resourceAccount ?? host?.[1];
  const region = resourceRegion ?? host?.[2];
  const afterHost = host === null ? "" : text.slice(host.index + host[0].length);
  const repository =
    resourceName ??
    API_PATH.exec(afterHost)?.[1] ??
    IMAGE.exec(afterHost)?.[1] ??
    /repository with name '([^']+)'/.exec(text)?.[1];
  return {
    ...(arn === undefined || identityAccount === undefined
      ? {}
      : { identity: { arn, account: identityAccount } }),
    ...(account === undefined || region === undefined ? {} : { registry: { account, region } }),
    ...(repository === undefined ? {} : { repository }),
  };
}
