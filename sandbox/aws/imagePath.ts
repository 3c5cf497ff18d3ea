/**
 * The path of a request, decoded as the emulator decodes it: `/%762/` must not pass for something
 * else than `/v2/`. A client that takes the front for its proxy sends the whole address.
 */
export function decodedPath(url: string): string {
  const [path = ""] = url.replace(/^http:\/\/[^/?]*/i, "").split("?");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Whether a request is for the registry's image API; all else is an AWS API call. */
export function isImagePath(url: string): boolean {
  return /^\/+v2(\/|$)/.test(decodedPath(url));
}
