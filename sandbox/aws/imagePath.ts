/**
 * The path of a request, decoded as the emulator decodes it: `/%762/` must be treated as `/v2/`. A client
 * that uses the front as its proxy sends the full URL.
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
