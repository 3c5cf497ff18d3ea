// An OIDC identity: the types of its keys, and the words of their problems. Which issuers and subjects are safe is in oidcRules.ts.
import { z } from "zod";
import { fieldWords } from "../yaml/fieldWords";
import { ISSUER_FIX, issuerMistake } from "./oidcRules";

/** IAM API, `clientIDType`; a policy's value, so no variable and no wildcard. */
const MOST_CHARACTERS = 255;

/** An OIDC issuer's URL. */
export const issuer = z.string().refine((text) => issuerMistake(text) === undefined);
fieldWords.add(issuer, {
  check: "oidc-issuer",
  expected: "the issuer's URL as its tokens name it in `iss`",
  fix: ISSUER_FIX,
  explain: issuerMistake,
});

/** Printable ASCII without blanks. `*` and `?` are wildcards in some operators, `${` begins a policy variable. */
const EXACT = /^[!-)+->@-~]+$/;
const exactText = z
  .string()
  .min(1)
  .max(MOST_CHARACTERS)
  .regex(EXACT)
  .refine((text) => !text.includes("${"));

const audience = exactText.describe("The tokens' audience (`aud`), e.g. sts.amazonaws.com");
fieldWords.add(audience, {
  check: "oidc-audience",
  expected: "the tokens' audience, exactly: up to 255 visible ASCII characters, no wildcard",
  fix: "Write what the tokens have in `aud`, e.g. `audience: sts.amazonaws.com`.",
});

const subject = exactText.describe("A token's subject (`sub`)");
fieldWords.add(subject, {
  check: "oidc-subject",
  expected: "a token's subject, exactly: up to 255 visible ASCII characters, no wildcard",
  fix: "Write what a token has in `sub`, one line for each, e.g. `system:serviceaccount:prod:puller`.",
});

/** More do not fit into a role's trust policy, unless they are short; `validate` counts its characters. */
const MOST_SUBJECTS = 20;

const subjects = z
  .array(subject)
  .min(1)
  .max(MOST_SUBJECTS)
  .refine((all) => new Set(all).size === all.length)
  .meta({ uniqueItems: true });
fieldWords.add(subjects, {
  check: "oidc-subjects",
  expected: `1 to ${MOST_SUBJECTS} subjects, each once`,
  fix: "Write e.g. `subjects: [system:serviceaccount:prod:puller]`.",
});

export const oidc = z.strictObject({
  issuer: issuer.describe("URL of the issuer, as its tokens name it in `iss`"),
  audience,
  subjects: subjects.describe("The exact subjects (`sub`) that may pull; no wildcards"),
});
fieldWords.add(oidc, {
  check: "identity-oidc",
  expected: "`issuer`, `audience` and `subjects`",
  fix: "Write e.g. `identity: {oidc: {issuer: https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF, audience: sts.amazonaws.com, subjects: [system:serviceaccount:prod:puller]}}`; see docs/identities.md.",
});
