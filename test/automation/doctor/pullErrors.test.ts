/**
 * Proves that each kind of error message a customer may send is told apart. The messages are those of
 * AWS, docker, crane and the AWS command line, as they print them; no client is run here.
 */
import { expect } from "chai";
import { explainPullError, PULL_ERROR_KINDS } from "../../../automation/doctor/pullErrors";

const HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const USER = "User: arn:aws:iam::123456789012:user/customers/acme is not authorized to perform:";

const MESSAGES: Readonly<Record<string, string[]>> = {
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
  "wrong-secret": [
    "An error occurred (InvalidSignatureException) when calling the GetAuthorizationToken operation: The request signature we calculated does not match the signature you provided.",
  ],
  clock: ["Signature expired: 20261123T120000Z is now earlier than 20261123T121000Z"],
  "session-expired": [
    "An error occurred (ExpiredTokenException) when calling the GetAuthorizationToken operation: The security token included in the request is expired",
  ],
  "no-credentials": [
    'Unable to locate credentials. You can configure credentials by running "aws configure".',
  ],
  "image-missing": [
    `manifest for ${HOST}/edge-agent:9 not found: manifest unknown: Requested image not found`,
  ],
  "repository-missing": [
    "name unknown: The repository with name 'edge-agnt' does not exist in the registry with id '123456789012'",
    "NAME_UNKNOWN: repository name not known to registry",
  ],
  rate: ["toomanyrequests: Rate exceeded"],
  "no-basic-auth": [`Get "https://${HOST}/v2/edge-agent/manifests/1": no basic auth credentials`],
  "no-such-host": [`dial tcp: lookup ${HOST}: no such host`],
  denied: [
    `Error response from daemon: pull access denied for ${HOST}/edge-agent, repository does not exist or may require 'docker login'`,
    "unexpected status from HEAD request: 403 Forbidden",
  ],
  unauthorized: ["failed to authorize: 401 Unauthorized", "unauthorized: authentication required"],
};

describe("a customer's error message", () => {
  it("has an example here for each kind", () => {
    expect(Object.keys(MESSAGES)).to.deep.equal([...PULL_ERROR_KINDS]);
  });

  for (const [kind, messages] of Object.entries(MESSAGES)) {
    it(`is told as ${kind}, with its meaning and what to do`, () => {
      expect(messages).not.to.have.length(0);
      for (const message of messages) {
        const explained = explainPullError(message);
        expect(explained?.kind, message).to.equal(kind);
        expect(`${explained?.meaning} ${explained?.fix}`).to.match(/^[A-Zd].+\. .+\.$/);
      }
    });
  }

  it("that nobody knows is told as none", () => {
    for (const text of ["", "no space left on device", "exec format error"]) {
      expect(explainPullError(text), text).to.equal(undefined);
    }
  });
});
