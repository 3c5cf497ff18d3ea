import { headerOf, type RawRequest } from "../aws/awsCall";

/** A registry as clients name it: one for each account and region. */
export interface RegistryHost {
  host: string;
  account: string;
  region: string;
}

/** The registry that a request names as AWS does, as sent by a client that uses the front as its proxy. */
export function registryHost(request: RawRequest): RegistryHost | undefined {
  const host = headerOf(request, "host") ?? "";
  const found = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?::80)?$/.exec(host);
  const [, account, region] = found ?? [];
  return account === undefined || region === undefined ? undefined : { host, account, region };
}

/** The password of a login as `AWS`; undefined without one, and empty for any other user name. */
export function passwordOf(request: RawRequest): string | undefined {
  const [scheme = "", credentials = ""] = (headerOf(request, "authorization") ?? "").split(" ");
  if (scheme.toLowerCase() !== "basic") return undefined;
  const [user, ...password] = Buffer.from(credentials, "base64").toString("utf8").split(":");
  return user === "AWS" ? password.join(":") : "";
}
