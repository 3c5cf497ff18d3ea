// Names of companies that are probably the same: a colleague writes "Hooli Inc." where the sales system has
// "HOOLI".
import anyAscii from "any-ascii";

/** Words about a company's form, which one name has and another leaves out. */
const LEGAL_FORMS = new Set(
  [
    "ab ag aps as asa bv co company corp corporation cv eg eirl ek ev gbr gesellschaft gmbh group",
    "holding holdings inc incorporated international kft kg kgaa kk limited llc llp lp ltd ltda mbh",
    "nv ohg oy oyj plc pte pty pvt sa sarl sas sca se sl slu spa sro srl the und and ug zoo doo",
  ]
    .join(" ")
    .split(" "),
);

/**
 * Equal for names that differ in no more than case, accents, punctuation and the company's form.
 *
 * @returns an empty text for a name without a letter or digit.
 */
export function companyKey(name: string): string {
  const words = anyAscii(name)
    .toLowerCase()
    .replace(/['.]/g, "")
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const own = words.filter((word) => !LEGAL_FORMS.has(word));
  // German letters are written in two ways: Süd and Sued.
  return (own.length > 0 ? own : words).join("").replace(/([aou])e/g, "$1");
}
