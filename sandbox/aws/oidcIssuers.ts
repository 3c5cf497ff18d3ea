/**
 * Where the sandbox finds the OIDC issuers of customers. IAM reads an issuer's keys from its public URL; here each URL stands
 * for a server on this machine.
 */
export class OidcIssuers {
  readonly #addresses = new Map<string, string>();

  /** @param issuer - its URL, as tokens name it. @param address - where its documents are served. */
  serve(issuer: string, address: string): void {
    this.#addresses.set(issuer, address);
  }

  /** Undefined for an issuer that AWS could not reach. */
  addressOf(issuer: string): string | undefined {
    return this.#addresses.get(issuer);
  }
}
