/**
 * Proves that each kind of error message a customer may send is distinguished, and that the identity, registry and
 * repository in it are compared with the customer's file. The messages are those of AWS, docker, containerd, crane
 * and the AWS command line, as they print them; no client is run here.
 */
import { expect } from "chai";
import { explainPullError, PULL_ERROR_KINDS } from "../../../automation/doctor/pullErrors";
import { catalogue, customer, TODAY } from "../../access/support";
import { stackConfig } from "../../customers/support";

const config = stackConfig({
  repositories: catalogue({ "edge-agent": "named", orchestrator: "named", dashboard: "named" }),
});
const ACME = customer("acme", { repositories: ["edge-agent", "orchestrator"] });
const explain = (text: string, one = ACME) =>
  explainPullError(text, { customer: one, config, today: TODAY });

const HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const USER = "User: arn:aws:iam::123456789012:user/customers/acme is not authorized to perform:";

const ASSUME = "when calling the AssumeRoleWithWebIdentity operation:";

const MESSAGES: Readonly<Record<string, string[]>> = {
  "token-refused": [
    `An error occurred (AccessDenied) ${ASSUME} Not authorized to perform sts:AssumeRoleWithWebIdentity`,
  ],
  "token-audience": [`An error occurred (InvalidIdentityToken) ${ASSUME} Incorrect token audience`],
  "token-expired": [
    `An error occurred (ExpiredTokenException) ${ASSUME} Token expired: current date/time 1764300000 must be before the expiration date/time 1764200000`,
  ],
  "issuer-unknown": [
    `An error occurred (InvalidIdentityToken) ${ASSUME} No OpenIDConnect provider found in your account for https://oidc.acme.example`,
  ],
  "issuer-keys": [
    `An error occurred (InvalidIdentityToken) ${ASSUME} Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements`,
  ],
  "docker-hub-limit": [
    "toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading",
    "toomanyrequests: You have reached your unauthenticated pull rate limit.",
  ],
  "helper-missing": [
    'error getting credentials - err: exec: "docker-credential-ecr-login": executable file not found in $PATH, out: ``',
    'error getting credentials - err: exec: "docker-credential-desktop": executable file not found in $PATH, out: ',
  ],
  "helper-stores-nothing": [
    "Error saving credentials: error storing credentials - err: exit status 1, out: `not implemented`",
  ],
  "windows-credential-store": [
    "Error saving credentials: error storing credentials - err: exit status 1, out: `The stub received bad data.`",
  ],
  "credential-store-locked": [
    "error saving credentials: error storing credentials - err: exit status 1, out: `User interaction is not allowed. (-25308)`",
  ],
  "no-password": ["Error: Cannot perform an interactive login from a non TTY device"],
  "damaged-password": [
    `Error response from daemon: login attempt to https://${HOST}/v2/ failed with status: 400 Bad Request`,
  ],
  "old-aws-cli": [
    "aws: error: argument operation: Invalid choice, valid choices are:\n\nbatch-check-layer-availability",
  ],
  "no-aws-cli": ["bash: aws: command not found"],
  "no-docker": [
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
  ],
  "empty-tag": ["invalid reference format"],
  platform: [
    "no matching manifest for linux/arm64/v8 in the manifest list entries",
    "Error response from daemon: no matching manifest for linux/arm64 in the manifest list entries: no match for platform in manifest: not found",
  ],
  "certificate-time": [
    `Get "https://${HOST}/v2/": x509: certificate has expired or is not yet valid: current time 2020-01-01T00:00:00Z is before 2026-01-01T00:00:00Z`,
  ],
  certificate: [
    `Get "https://${HOST}/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    "SSL validation failed for https://api.ecr.eu-central-1.amazonaws.com/ [SSL: CERTIFICATE_VERIFY_FAILED]",
  ],
  proxy: [
    `Get "https://${HOST}/v2/": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused`,
    `Get "https://${HOST}/v2/": Proxy Authentication Required`,
  ],
  layers: [
    'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://prod-eu-central-1-starport-layer-bucket.s3.eu-central-1.amazonaws.com/x": dial tcp 52.219.1.1:443: i/o timeout',
  ],
  "no-connection": [
    `dial tcp: lookup ${HOST}: no such host`,
    'Connect timeout on endpoint URL: "https://api.ecr.eu-central-1.amazonaws.com/"',
  ],
  "login-expired": ["denied: Your authorization token has expired. Reauthenticate and try again."],
  "explicit-deny": [
    `denied: ${USER} ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:123456789012:repository/edge-agent with an explicit deny in an identity-based policy`,
  ],
  "no-login-right": [
    `An error occurred (AccessDeniedException) when calling the GetAuthorizationToken operation: ${USER} ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action`,
  ],
  "not-a-pull": [
    `denied: ${USER} ecr:InitiateLayerUpload on resource: arn:aws:ecr:eu-central-1:123456789012:repository/edge-agent because no resource-based policy allows the ecr:InitiateLayerUpload action`,
    `DENIED: ${USER} ecr:ListImages on resource: x`,
  ],
  "no-pull-right": [
    `GET https://${HOST}/v2/orchestrator/manifests/1: DENIED: ${USER} ecr:BatchGetImage on resource: x because no resource-based policy allows the ecr:BatchGetImage action`,
  ],
  "key-unknown": [
    "An error occurred (UnrecognizedClientException) when calling the GetAuthorizationToken operation: The security token included in the request is invalid.",
    "An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The security token included in the request is invalid.",
  ],
  "denied-elsewhere": [
    `${USER} ecr:BatchGetImage on resource: x with an explicit deny in a service control policy`,
    `${USER} ecr:BatchGetImage on resource: x because no VPC endpoint policy allows the ecr:BatchGetImage action`,
  ],
  "no-region": [
    'You must specify a region. You can also configure your region by running "aws configure".',
  ],
  "invalid-login": ["DENIED: Your Authorization Token is invalid."],
  "kubernetes-waits": ["Error: ErrImagePull"],
  "wrong-secret": [
    "An error occurred (InvalidSignatureException) when calling the GetAuthorizationToken operation: The request signature we calculated does not match the signature you provided.",
  ],
  clock: [
    "Signature expired: 20261123T120000Z is now earlier than 20261123T121000Z",
    "An error occurred (InvalidSignatureException) when calling the GetAuthorizationToken operation: Signature expired: 20170416T194251Z is now earlier than 20170417T123951Z (20170417T125451Z - 15 min.)",
  ],
  "session-expired": [
    "An error occurred (ExpiredTokenException) when calling the GetAuthorizationToken operation: The security token included in the request is expired",
  ],
  "no-credentials": [
    'Unable to locate credentials. You can configure credentials by running "aws configure".',
  ],
  "image-missing": [
    `manifest for ${HOST}/edge-agent:9 not found: manifest unknown: Requested image not found`,
  ],
  "repository-missing": ["NAME_UNKNOWN: repository name not known to registry"],
  rate: ["toomanyrequests: Rate exceeded"],
  "no-basic-auth": [`Get "https://${HOST}/v2/edge-agent/manifests/1": no basic auth credentials`],
  denied: [
    `Error response from daemon: pull access denied for ${HOST}/edge-agent, repository does not exist or may require 'docker login'`,
    "unexpected status from HEAD request: 403 Forbidden",
  ],
  unauthorized: ["failed to authorize: 401 Unauthorized", "unauthorized: authentication required"],
};

describe("a customer's error message", () => {
  it("has an example here for each kind", () => {
    expect(Object.keys(MESSAGES)).to.have.members([...PULL_ERROR_KINDS]);
  });

  for (const [kind, messages] of Object.entries(MESSAGES)) {
    it(`is explained as ${kind}, with what to do`, () => {
      expect(messages).not.to.have.length(0);
      for (const message of messages) {
        const explained = explain(message);
        expect(explained.kind, message).to.equal(kind);
        expect(`${explained.meaning} ${explained.fix}`).to.match(/^[`A-Zd].+[.:] .+\.$/s);
      }
    });
  }

  const arn = (account: string, rest: string) => `arn:aws:iam::${account}:${rest}`;
  const refusal = (who: string, repository = "edge-agent", account = "123456789012") =>
    `denied: User: ${who} is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:${account}:repository/${repository} because no resource-based policy allows the ecr:BatchGetImage action`;
  const DENIED = `${USER} ecr:BatchGetImage on resource: x with an explicit deny in an identity-based policy`;
  const own = customer("acme", { ...ACME, awsAccount: "210987654321", keys: [] });
  const ofRole = { ...own, awsRoles: ["ci/puller"] };
  const named: [what: string, text: string, kind: string, said: RegExp, one?: typeof ACME][] = [
    [
      "another account's user",
      refusal(arn("999988887777", "user/bob")),
      "other-identity",
      /999988887777 is not ours/,
    ],
    [
      "another customer's user",
      refusal(arn("123456789012", "user/customers/globex")),
      "other-identity",
      /user of globex/,
    ],
    [
      "a role of a node",
      refusal("arn:aws:sts::999988887777:assumed-role/node/i-1"),
      "other-identity",
      /assumed-role\/node\/i-1/,
    ],
    [
      "another account than the file's",
      refusal(arn("999988887777", "user/bob")),
      "other-identity",
      /AWS account 210987654321/,
      own,
    ],
    [
      "the file's own account",
      refusal(arn("210987654321", "user/bob")),
      "no-pull-right",
      /may not pull/,
      own,
    ],
    [
      "another role than those of the file",
      refusal("arn:aws:sts::210987654321:assumed-role/admin/bob"),
      "other-identity",
      /pulls with the 1 role ci\/puller of AWS account 210987654321/,
      ofRole,
    ],
    [
      "a session of the file's role",
      refusal("arn:aws:sts::210987654321:assumed-role/puller/i-1"),
      "no-pull-right",
      /may not pull/,
      ofRole,
    ],
    [
      "the user of a customer that moves",
      refusal(arn("123456789012", "user/customers/acme")),
      "no-pull-right",
      /may not pull/,
      customer("acme", { ...ACME, ...ofRole, withKey: true }),
    ],
    [
      "a deny of a customer that may pull only from its networks",
      DENIED,
      "other-network",
      /may pull only from 203\.0\.113\.0\/24/,
      customer("acme", { ...ACME, networks: ["203.0.113.0/24"] }),
    ],
    [
      "a deny of a customer that has ended, with networks",
      DENIED,
      "explicit-deny",
      /suspended/,
      customer("acme", { ...ACME, networks: ["203.0.113.0/24"], status: "suspended" }),
    ],
    [
      "a repository that is not granted",
      refusal(arn("123456789012", "user/customers/acme"), "dashboard"),
      "not-granted",
      /file of acme does not list/,
    ],
    [
      "a mistyped repository",
      "name unknown: The repository with name 'edge-agnt' does not exist in the registry with id '123456789012'",
      "other-repository",
      /mean edge-agent/,
    ],
    [
      "another registry",
      "Get https://999988887777.dkr.ecr.eu-central-1.amazonaws.com/v2/edge-agent/manifests/1: no basic auth credentials",
      "other-registry",
      /999988887777; ours is 123456789012/,
    ],
    [
      "another region",
      "pull access denied for 123456789012.dkr.ecr.us-east-1.amazonaws.com/edge-agent, repository does not exist",
      "other-region",
      /went to us-east-1/,
    ],
  ];
  for (const [what, text, kind, said, one] of named) {
    it(`is explained by ${what} in it`, () => {
      const explained = explain(text, one);
      expect(explained.kind).to.equal(kind);
      expect(explained.meaning).to.match(said);
      expect(explained.observations).to.have.length(2);
    });
  }

  it("that is not known is reported as unknown, with what to ask for", () => {
    for (const text of ["", "no space left on device", "exec format error"]) {
      expect(explain(text).kind, text).to.equal("unknown");
      expect(explain(text).observations[0]).to.equal("It does not name the identity that pulled.");
    }
  });

  it("is compared with the role of a customer that pulls with tokens", () => {
    const oidc = { issuer: "https://oidc.acme.example", audience: "a", subjects: ["s"] };
    const acme = { ...ACME, keys: [], oidc };
    const pulled = (as: string) =>
      explain(
        `User: arn:aws:sts::123456789012:assumed-role/${as}/pull is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:123456789012:repository/edge-agent`,
        acme,
      );
    expect(pulled("acme").kind).not.to.equal("other-identity");
    expect(pulled("acme").observations[0]).to.contain("of acme.");
    const other = pulled("globex");
    expect(other.kind).to.equal("other-identity");
    expect(other.meaning).to.contain("as the role arn:aws:iam::123456789012:role/customers/acme");
    expect(explain(`${USER} ecr:BatchGetImage`, acme).kind).to.equal("other-identity");
  });
});
