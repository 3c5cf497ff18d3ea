// Which OIDC issuers identify one customer by exact subjects, and how subjects of shared issuers have to look.
import { isIP } from "node:net";
import { quoted } from "../printable";
import type { Explanation } from "../yaml/fieldWords";
import type { OidcIdentity } from "./model";

/** IAM API, `OpenIDConnectProviderUrlType`. */
const MOST_CHARACTERS = 255;

/**
 * What is wrong with a text as an issuer's URL.
 *
 * IAM takes https alone, neither port nor query, and compares the text with the tokens' `iss` (IAM API,
 * CreateOpenIDConnectProvider). Kubernetes on Azure ends its issuers with a slash; no one else does.
 */
export function issuerMistake(text: string): Explanation | undefined {
  const found = quoted(text);
  const withoutSlash = text.replace(/\/+$/, "");
  if (/^http:\/\//i.test(text)) {
    const fix = "Write the https:// URL of the issuer; IAM trusts no other.";
    return { found: `${found}, which is not encrypted`, fix };
  }
  if (withoutSlash !== text && !AZURE_KUBERNETES.test(text)) {
    return { found: `${found} with a slash at its end`, fix: `Write \`${withoutSlash}\`.` };
  }
  const host = /^https:\/\/([^/:?#@]+)(?:\/[\w.~%+=,@:/-]*)?$/.exec(text)?.[1] ?? "";
  const isHost = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host) && host.includes(".");
  if (isHost && isIP(host) === 0 && !text.includes("//", 8) && text.length <= MOST_CHARACTERS) {
    return undefined;
  }
  return { found, fix: ISSUER_FIX };
}

export const ISSUER_FIX =
  "Write it with https://, a public host in lower case, and its path if it has one, without port or query, e.g. `issuer: https://token.actions.githubusercontent.com`.";

const AZURE_KUBERNETES =
  /^https:\/\/[a-z0-9-]+\.oic\.prod-aks\.azure\.com\/[0-9a-f-]{36}\/[0-9a-f-]{36}\/$/;

/** An issuer that several tenants share. */
interface SharedIssuer {
  matches: RegExp;
  /** Completes "expected an issuer of this customer alone, got …, "; without it, subjects can tell tenants apart. */
  refused?: string;
  /** What a subject has to be for it to belong to one tenant. */
  subject?: { pattern: RegExp; expected: string; fix: string };
}

const SERVICE_ACCOUNT = {
  pattern: /^system:serviceaccount:[a-z0-9-]+:[a-z0-9.-]+$/,
  expected: "a Kubernetes service account",
  fix: "Write `system:serviceaccount:<namespace>:<name>`.",
};

/**
 * Issuers that are not one customer's own. Names can be given up and taken by someone else, ids cannot, so a subject
 * begins with the id: what comes first cannot be imitated by a tenant that chooses its own branches and environments.
 */
const SHARED: readonly SharedIssuer[] = [
  {
    // docs.github.com, "OpenID Connect reference": immutable subjects, and customised ones.
    matches: /^https:\/\/token\.actions\.githubusercontent\.com(\/|$)/,
    subject: {
      pattern:
        /^(repo:[^@/:]+@\d+\/[^@/:]+@\d+:.+|repository_owner_id:\d+:repository_id:\d+(:.+)?|repository_id:\d+:repository_owner_id:\d+(:.+)?)$/,
      expected: "a GitHub subject that begins with the ids of owner and repository",
      fix: "Write e.g. `repo:acme@123456/deploy@456789:ref:refs/heads/main`, or, with a customised subject, `repository_owner_id:123456:repository_id:456789`: a name can be taken over, an id cannot. The customer finds both in the repository's OIDC settings.",
    },
  },
  {
    // docs.gitlab.com, "OpenID Connect (OIDC) Authentication Using ID Tokens".
    matches: /^https:\/\/gitlab\.com$/,
    subject: {
      pattern: /^project_id:\d+:.+$/,
      expected: "a GitLab subject that begins with the project's id",
      fix: "Let the customer set `ci_id_token_sub_claim_components` to `[project_id, project_path, ref_type, ref]`, and write e.g. `project_id:57382910:project_path:acme/deploy:ref_type:branch:ref:main`: a path can be taken over, an id cannot.",
    },
  },
  {
    matches: /^https:\/\/kubernetes\.default(\.svc(\.cluster\.local)?)?$/,
    refused: "the default of every Kubernetes cluster, which AWS cannot reach",
  },
  {
    matches:
      /^https:\/\/oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?(?!\/id\/[0-9A-F]{32}$)(\/.*)?$/,
    refused: "the host of all EKS clusters of a region without one cluster's `/id/…`",
  },
  {
    matches:
      /^https:\/\/container\.googleapis\.com(?!\/v1\/projects\/[^/]+\/(locations|zones|regions)\/[^/]+\/clusters\/[^/]+$)(\/.*)?$/,
    refused: "the host of all GKE clusters without one cluster's path",
  },
  {
    matches:
      /^https:\/\/[a-z0-9.-]+\.oic\.prod-aks\.azure\.com(?!\/[0-9a-f-]{36}\/[0-9a-f-]{36}\/$)(\/.*)?$/,
    refused: "the host of all AKS clusters of a region without one cluster's ids",
  },
  {
    matches:
      /^https:\/\/(oidc\.eks\.|container\.googleapis\.com\/|[a-z0-9.-]+\.oic\.prod-aks\.azure\.com\/)/,
    subject: SERVICE_ACCOUNT,
  },
  {
    matches:
      /^https:\/\/(accounts\.google\.com|agent\.buildkite\.com|app\.terraform\.io|oidc\.vercel\.com|appleid\.apple\.com|(login\.microsoftonline|login\.live)\.com\/(common|organizations|consumers)(\/.*)?)$/,
    refused: "which all its tenants share, with subjects that hold no id that stays the same",
  },
  {
    // IAM user guide, "Identity-provider controls for shared OIDC providers", without those above.
    matches:
      /^https:\/\/(api\.pulumi\.com\/oidc|oidc\.codefresh\.io|scalr\.io|proidc\.upbound\.io|studio\.datachain\.ai\/api|sandboxes\.cloud|tokens\.cloud\.shisho\.dev|(vstoken\.actions|oidc-configuration\.audit-log)\.githubusercontent\.com|rh-oidc\.s3\.us-east-1\.amazonaws\.com|sts\.windows\.net\/33e01921-4d64-4f8c-a055-5bdaffd5e33d)(\/.*)?$/,
    refused: "which all its tenants share, and whose subjects are not known to stay one customer's",
  },
  {
    // IAM API, CreateOpenIDConnectProvider.
    matches:
      /^https:\/\/(cognito-identity(-fips)?(\.[a-z0-9-]+)?\.amazonaws\.com|graph\.facebook\.com|www\.amazon\.com)$/,
    refused: "which is built into AWS and which all its tenants share",
  },
];

/** What a rule found: where in `identity.oidc`, and the words. */
export interface OidcFinding {
  path: PropertyKey[];
  check: "oidc-issuer-shared" | "oidc-subject-shared";
  message: string;
  fix: string;
}

/** What a shared issuer asks of the issuer's URL and of each subject. */
export function sharedIssuerFindings({
  issuer,
  subjects,
}: Pick<OidcIdentity, "issuer" | "subjects">): OidcFinding[] {
  const shared = SHARED.filter(({ matches }) => matches.test(issuer));
  return shared.flatMap(({ refused, subject }): OidcFinding[] => {
    if (refused !== undefined) {
      const message = `expected an issuer whose subjects identify one customer, got ${issuer}, ${refused}`;
      const fix =
        "Write the issuer of the customer's own cluster or CI; if it has none that is public, use its AWS account or a key (docs/identities.md).";
      return [{ path: ["issuer"], check: "oidc-issuer-shared", message, fix }];
    }
    return subjects.flatMap((one, at) =>
      subject === undefined || subject.pattern.test(one)
        ? []
        : [
            {
              path: ["subjects", at],
              check: "oidc-subject-shared",
              message: `expected ${subject.expected}, got ${quoted(one)}`,
              fix: subject.fix,
            },
          ],
    );
  });
}
