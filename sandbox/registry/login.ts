import { headerOf, type RawRequest } from "../aws/awsCall";

/** A registry as clients name it: one for each account and region. */
export interface RegistryHost {
  host: string;
  account: string;
  region: string;
}

/** The registry that a request is for by AWS's own name, as it comes from a client that takes the front for its proxy. */
export function registryHost(request: RawRequest): RegistryHost | undefined {
  const host = headerOf(request, "host") ?? "";
  const found = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?::80)?$/.exec(host);
  const [, account, region] = found ?? [];
  return account === undefined || region === undefined ? undefined : { host, account, region };
}

/** The password of a log-in as `AWS`; undefined without one, and empty for another user, who has none. */
export function passwordOf(request: RawRequest): string | undefined {
  const [scheme = "", credentials = ""] = (headerOf(request, "authorization") ?? "").split(" ");
  if (scheme.toLowerCase() !== "basic") return undefined;
  const [user, ...password] = Buffer.from(credentials, "base64").toString("utf8").split(":");
  return user === "AWS" ? password.join(":") : "";
}
