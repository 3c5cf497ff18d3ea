/**
 * Proves that each failure is one line with AWS's own words and something to do, grouped by
 * customer and repository, without the engine's and the provider's text around. The messages have
 * the forms of the AWS SDK for Go in the real plugin and of the local provider; that the latter
 * says such is shown in test/sandbox/provider.
 */
import { PassThrough } from "node:stream";
import { expect } from "chai";
import fc from "fast-check";
import type { ResourceFailure } from "../../../automation/engine/events";
import { failureLines } from "../../../automation/update/failureReport";
import { StreamTerminal } from "../../../automation/output/terminal";
import { KEY, REPOSITORY_POLICY, resourceChange, USER } from "../plan/support";

const USER_POLICY = "aws:iam/userPolicy:UserPolicy";
const OTHERWISE = "Run `ecr-customers up` again once it is fixed.";

function failure(type: string, name: string, message: string): ResourceFailure {
  const { urn } = resourceChange("create", type, name);
  return { urn, type, name, message };
}

/** As the SDK wraps AWS's answer. */
function refused(doing: string, call: string, answer: string, status = 400): string {
  return `${doing}: operation error ${call}, https response error StatusCode: ${status}, RequestID: 5d4a6f2e-7b1c-4d53-9a51-0f1d3f5a9b2c, ${answer}`;
}

function linesOf(...failures: ResourceFailure[]): string[] {
  return failureLines(failures).map(({ cells }) => cells.join(": "));
}

const CREATE_USER = ["creating IAM User (acme)", "IAM: CreateUser"] as const;
const PUT_POLICY = [
  "setting ECR Repository Policy (edge-agent)",
  "ECR: SetRepositoryPolicy",
] as const;

describe("a failure", () => {
  for (const [answer, advice, [doing, call] = CREATE_USER] of [
    [
      "LimitExceeded: Cannot exceed quota for UsersPerAccount: 5000",
      "The account cannot hold more users; remove customers that have ended, or use another account.",
    ],
    [
      "LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2",
      "The user already has two keys; `ecr-customers keys status` shows them, one has to be deleted first.",
    ],
    [
      "LimitExceeded: Cannot exceed quota for GroupsPerUser: 10",
      "An AWS quota is reached; see Service Quotas, then run `ecr-customers up` again.",
    ],
    [
      "EntityAlreadyExists: User with name acme already exists.",
      "AWS has one of this name that this stack did not create, and a customer may be pulling with it: do not delete it. Its tags, keys and creation date show whose it is. If it is this customer's, import it (`pulumi import`); if another stack's, set `namePrefix`; if no one's, delete it.",
    ],
    [
      "InvalidParameterException: Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'",
      "AWS does not know a named user yet; run `ecr-customers up` again in a minute.",
      PUT_POLICY,
    ],
    [
      "RepositoryNotFoundException: The repository with name 'edge-agent' does not exist in the registry with id '123456789012'",
      "Create the repository, or write `create: true` in the stack's catalogue.",
      PUT_POLICY,
    ],
    [
      "RepositoryAlreadyExistsException: The repository with name 'edge-agent' already exists in the registry with id '123456789012'",
      "The repository exists; remove `create: true` from the stack's catalogue, or import it (`pulumi import`).",
      ["creating ECR Repository (edge-agent)", "ECR: CreateRepository"],
    ],
    [
      "RepositoryNotEmptyException: The repository with name 'edge-agent' in registry with id '123456789012' cannot be deleted because it still contains images",
      "It contains images; delete them first if the repository is to be deleted.",
      ["deleting ECR Repository (edge-agent)", "ECR: DeleteRepository"],
    ],
    [
      "api error AccessDenied: User: arn:aws:sts::123456789012:assumed-role/deploy/ci is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::123456789012:user/customers/acme",
      "The role lacks this permission; compare it with docs/aws-setup.",
    ],
    [
      "api error Throttling: Rate exceeded",
      "AWS throttled the requests; run `ecr-customers up` again.",
    ],
    [
      "api error RequestLimitExceeded: Request limit exceeded.",
      "AWS throttled the requests; run `ecr-customers up` again.",
    ],
    [
      "api error DeleteConflict: Cannot delete entity, must detach all policies first.",
      "Something created by hand is still attached to the user; remove it, then run `ecr-customers up` again.",
      ["deleting IAM User (acme)", "IAM: DeleteUser"],
    ],
    [
      "NoSuchEntity: The user with name acme cannot be found.",
      "It was deleted in AWS; run `ecr-customers up --refresh`.",
      ["updating IAM User (acme)", "IAM: TagUser"],
    ],
    [
      "api error ExpiredToken: The security token included in the request is expired",
      "The credentials expired during the run; log in again, then run `ecr-customers up` again.",
    ],
    [
      "api error ServiceUnavailable: Service is unable to handle request.",
      "AWS returned an internal error; run `ecr-customers up` again in a minute.",
    ],
    [
      "ConcurrentModificationException: User acme was modified concurrently",
      "AWS was still processing an earlier change; run `ecr-customers up` again in a minute.",
    ],
    ["MalformedPolicyDocument: Syntax errors in policy.", OTHERWISE],
  ] as [string, string, (readonly [string, string])?][]) {
    const words = answer.replace(/^api error /, "").replace(/\.$/, "");

    it(`is reported with its advice: ${words.slice(0, 60)}`, () => {
      const message = refused(doing, call, answer);
      expect(linesOf(failure(USER, "acme", message))).to.deep.equal([
        `acme: user: ${words}. ${advice}`,
      ]);
    });

    it(`is reported once where the plugin reports it twice: ${words.slice(0, 60)}`, () => {
      const said = refused(doing, call, answer);
      const twice = `sdk-v2/provider2.go:572: sdk.helper_schema: ${said}: provider=aws@7.48.0; 1 error occurred:\n\t* ${said}\n\n`;
      expect(linesOf(failure(USER, "acme", twice))).to.deep.equal([
        `acme: user: ${words}. ${advice}`,
      ]);
    });
  }

  it("of the network is named as one, whatever the SDK calls it", () => {
    const message =
      'creating IAM User (acme): operation error IAM: CreateUser, exceeded maximum number of attempts, 25, https response error StatusCode: 0, RequestID: , request send failed, Post "https://iam.amazonaws.com/": dial tcp: lookup iam.amazonaws.com: no such host';
    expect(linesOf(failure(USER, "acme", message))[0]).to.match(
      /AWS could not be reached; check the network, then run `ecr-customers up` again\.$/,
    );
  });

  it("without any message was not attempted", () => {
    for (const message of ["", " \n", "..."]) {
      expect(linesOf(failure(KEY, "acme-2", message))).to.deep.equal([
        `acme: key 2: not attempted, because something it depends on failed. ${OTHERWISE}`,
      ]);
    }
  });

  it("keeps AWS's text with a semicolon, and both of two answers", () => {
    const one = refused(...CREATE_USER, "api error ValidationError: a is wrong; b is wrong");
    const two = refused("tagging IAM User (acme)", "IAM: TagUser", "api error InvalidInput: c");
    expect(linesOf(failure(USER, "acme", `${one}; ${two}`))).to.deep.equal([
      `acme: user: ValidationError: a is wrong; b is wrong; InvalidInput: c. ${OTHERWISE}`,
    ]);
  });

  it("contains none of the engine's or the provider's own text", () => {
    const raw = /operation error|RequestID|StatusCode|sdk-v2|provider=|error occurred/;
    const said = refused(
      ...CREATE_USER,
      "EntityAlreadyExists: User with name acme already exists.",
    );
    const wrapped = `sdk-v2/provider2.go:572: ${said}: provider=aws@7.48.0; 1 error occurred:\n\t* ${said}\n`;
    expect(wrapped).to.match(raw);
    expect(linesOf(failure(USER, "acme", wrapped))[0]).not.to.match(raw);
  });
});

describe("the lines of failures", () => {
  const policy = (name: string) => failure(REPOSITORY_POLICY, name, "");

  it("are one for each customer and repository, with all that failed of it", () => {
    const quota = refused(
      ...CREATE_USER,
      "LimitExceeded: Cannot exceed quota for UsersPerAccount: 5000",
    );
    expect(
      linesOf(
        failure(USER, "acme", quota),
        policy("edge-agent@eu-central-1"),
        failure(KEY, "acme-1", ""),
        failure(USER, "hooli", "api error InternalFailure: Please try again"),
        failure(USER_POLICY, "acme", ""),
        policy("edge-agent@us-east-1"),
      ).map((line) => line.replace(/not attempted[^;.]*/g, "…")),
    ).to.deep.equal([
      "acme: user: LimitExceeded: Cannot exceed quota for UsersPerAccount: 5000; key 1: …; end policy: …. " +
        "The account cannot hold more users; remove customers that have ended, or use another account.",
      `edge-agent: policy in eu-central-1: …; policy in us-east-1: …. ${OTHERWISE}`,
      "hooli: user: InternalFailure: Please try again. AWS returned an internal error; run `ecr-customers up` again in a minute.",
    ]);
    expect(failureLines([])).to.deep.equal([]);
  });

  it("do not mix a customer with a repository of the same name", () => {
    expect(linesOf(failure(USER, "sdk", ""), policy("sdk@us-east-1"))).to.have.length(2);
    expect(failureLines([policy("sdk@us-east-1")])[0]?.tone).to.equal("bad");
  });

  it("are shortened where AWS's text is long, and still end with the advice", () => {
    const long = refused(...CREATE_USER, `api error AccessDenied: ${"x".repeat(5000)}`);
    const [line = ""] = linesOf(failure(USER, "acme", long));
    expect(line).to.have.length.lessThan(450);
    expect(line).to.match(
      /xxx…\. The role lacks this permission; compare it with docs\/aws-setup\.$/,
    );
    const emoji = `api error A: ${"x".repeat(296)}😀${"x".repeat(50)}`;
    expect(linesOf(failure(USER, "acme", emoji))[0]).not.to.match(
      /[\ud800-\udbff](?![\udc00-\udfff])/,
    );
  });

  it("are single lines: no message adds a line, moves a cursor or is a command to a CI runner", () => {
    const stderr = new PassThrough().setEncoding("utf8");
    const streams = {
      stdin: new PassThrough(),
      stdout: stderr,
      stderr,
      onInterrupt: () => () => {},
    };
    const terminal = new StreamTerminal(streams, {});
    const hostile = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            "\n::error::x",
            "\r::warning::",
            "api error ",
            "RequestID: 1, ",
            "A: ",
            "\u001b[2J",
          ),
          fc.string({ unit: "binary", maxLength: 20 }),
        ),
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(hostile, (message) => {
        for (const { cells } of failureLines([failure(USER, "acme", message)])) {
          terminal.report(cells.join(": "));
        }
        const shown = String(stderr.read());
        expect(shown.slice(0, -1)).not.to.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(shown).to.match(/^acme: user: .*\n$/);
      }),
    );
  });
});
