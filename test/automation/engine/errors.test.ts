/**
 * Proves that the engine's failures are recognised in its output, and that its raw text is not shown. The
 * texts come from runs of the real engine; the end-to-end tests provoke several of them.
 */
import { inspect } from "node:util";
import { expect } from "chai";
import { EngineError, explainEngineText } from "../../../automation/engine/errors";
import { EngineReporter } from "../../../automation/engine/events";
import { toEngineError } from "../../../automation/engine/runError";
import { withAccount } from "../../../automation/update/planning";
import { isTooOld } from "../../../automation/engine/version";

const TEXTS: [kind: string, text: string][] = [
  [
    "locked",
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process",
  ],
  ["passphrase", "error: getting stack configuration: incorrect passphrase"],
  ["wrongAccount", "error: AWS account ID not allowed: 210987654321"],
  ["credentials", "api error ExpiredToken: The security token included in the request is expired"],
  ["noStack", "error: no stack named 'prod' found"],
  ["tornState", "error: failed to load checkpoint: EOF"],
  [
    "backend",
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
  ],
  [
    "backend",
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, https response error StatusCode: 301, RequestID: , HostID: , api error PermanentRedirect: The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
  ],
  [
    "backend",
    "error: error listing stacks: could not list bucket: blob (code=NotFound): operation error S3: ListObjectsV2, https response error StatusCode: 404, RequestID: , HostID: , NoSuchBucket: The specified bucket does not exist",
  ],
  [
    "backend",
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=PermissionDenied): operation error S3: GetObject, https response error StatusCode: 403, RequestID: , HostID: , api error AccessDenied: Access Denied',
  ],
  [
    "throttled",
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, exceeded maximum number of attempts, 3, https response error StatusCode: 503, RequestID: , HostID: , api error SlowDown: Please reduce your request rate.',
  ],
  [
    "unreachable",
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , HostID: , request send failed, Get "http://127.0.0.1:9/b/.pulumi/meta.yaml?x-id=GetObject": dial tcp 127.0.0.1:9: connect: connection refused',
  ],
  [
    "credentials",
    'error: unable to open bucket "s3://b": open bucket s3://b: failed to get shared config profile, nosuch',
  ],
  [
    "credentials",
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, get identity: get credentials: failed to refresh cached credentials, the SSO session has expired or is invalid: failed to read cached SSO token file, open /home/jane/.aws/sso/cache/3947de8b16688092197fa616c34e01335f21d256.json: no such file or directory',
  ],
  [
    "credentials",
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, access disabled to EC2 IMDS via client option, or "AWS_EC2_METADATA_DISABLED" environment variable',
  ],
  ["diskFull", "error: writing snapshot: write /state/.pulumi/x.json: no space left on device"],
  ["unknown", "panic: something else"],
];

describe("errors of the engine", () => {
  for (const [kind, text] of TEXTS) {
    it(`are explained as ${kind}, with advice and without the engine's raw text`, () => {
      const error = explainEngineText(`long log\n${text}\nlong log`);
      expect(error).to.be.instanceOf(EngineError);
      expect(error.kind).to.equal(kind);
      expect(error.advice).not.to.equal("");
      expect(error.detail()).to.contain(text);
      expect(`${inspect(error)}${JSON.stringify(error)}`).not.to.contain("long log");
    });
  }
});

describe("an explanation", () => {
  for (const [text, message] of [
    ["AWS account ID not allowed: 210987654321", /belong to account 210987654321,/],
    ["failed to get shared config profile, nosuch", /no AWS profile nosuch$/],
    ["the SSO session has expired or is invalid", /single sign-on session has expired$/],
    ["api error PermanentRedirect: The bucket", /in another region/],
    ["NoSuchBucket: The specified bucket does not exist", /does not exist$/],
  ] as const) {
    it(`names what is wrong: ${text}`, () => {
      expect(explainEngineText(text).message).to.match(message);
    });
  }

  it("of a wrong account names both accounts", () => {
    const error = explainEngineText("AWS account ID not allowed: 210987654321");
    expect(withAccount(error, { account: "123456789012" }).message).to.equal(
      "the AWS credentials belong to account 210987654321, which is not this stack's `account` 123456789012",
    );
  });

  it("of a failed resource does not hide the other resources", () => {
    const reporter = new EngineReporter();
    const urn = "urn:pulumi:dev::x::aws:iam/user:User::acme";
    const metadata = { op: "create", urn, type: "aws:iam/user:User" };
    const text = explainEngineText("api error Throttling: Rate exceeded");
    expect(toEngineError(text, reporter, undefined).kind).to.equal("throttled");
    reporter.add({ resOpFailedEvent: { metadata } });
    expect(toEngineError(text, reporter, undefined).kind).to.equal("resources");
  });
});

describe("the engine's version", () => {
  it("is too old before 3.229.0, and when it cannot be read", () => {
    expect(["v3.229.0", "3.259.0\n", "v4.0.0", "3.300.1-alpha.1"].map(isTooOld)).to.deep.equal([
      false,
      false,
      false,
      false,
    ]);
    expect(["v3.228.9", "2.99.0", "", "pulumi"].map(isTooOld)).to.deep.equal(Array(4).fill(true));
  });
});
