import { CUSTOMER_ID, RESERVED_ID } from "../customers/entries";

const LONGEST = 48;

/**
 * A valid id for a name that need not be one: small letters, digits and hyphens, with a number behind it when
 * another has it.
 *
 * @param isTaken - whether a file has the id, or had it.
 */
export function idFor(name: string, isTaken: (id: string) => boolean): string {
  const base = slug(name) || "customer";
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? "" : `-${number}`;
    const candidate = `${shortened(base, LONGEST - suffix.length)}${suffix}`;
    if (isValidId(candidate) && !isTaken(candidate)) return candidate;
  }
}

/** Whether a file may have this name. */
function isValidId(id: string): boolean {
  return CUSTOMER_ID.test(id) && !RESERVED_ID.test(id);
}

function slug(text: string): string {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return shortened(plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+/, ""), LONGEST);
}

function shortened(text: string, length: number): string {
  return text.slice(0, length).replace(/-+$/, "");
}
