/**
 * Proves what is in the bundle of a customer that pulls with tokens: no secret, files for the workloads that its
 * subjects name, YAML of the required shape, and that the commands in it run with the right calls against stand-ins.
 * Not covered: that a cluster, GitHub or GitLab accepts the files.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse, parseAllDocuments } from "yaml";
import { bundleArchive, bundleFiles } from "../../../automation/handover/bundle";
import type { BundleFacts } from "../../../automation/handover/facts";
import { accountFacts, ACCOUNT, SERVICE_ACCOUNTS, tokenFacts } from "./support/samples";
import { CustomerMachine, shellBlocks } from "./support/shell";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/customers/acme`;
const HOST = `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`;
const SECOND_HOST = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
const NAME = `ecr-${ACCOUNT}`;
const GITHUB = ["repo:acme/robots:ref:refs/heads/main"];
const GITLAB = ["project_path:acme/robots:ref_type:branch:ref:main"];
const COMMON = [
  "README.md",
  "docker-config.json",
  "docker-login.sh",
  "docker-login.ps1",
  "use-credential-helper.sh",
  "use-credential-helper.ps1",
];

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  [key: string]: unknown;
}

function text(facts: BundleFacts, path: string): string {
  return String(bundleFiles(facts).find((file) => file.path === path)?.content);
}

function manifests(path: string, facts = tokenFacts(SERVICE_ACCOUNTS)): Manifest[] {
  return parseAllDocuments(text(facts, path)).map((document) => {
    expect(document.errors).to.deep.equal([]);
    return document.toJS() as Manifest;
  });
}

describe("a bundle for tokens", () => {
  const added = (subjects: readonly string[]) =>
    bundleFiles(tokenFacts(subjects))
      .map(({ path }) => path)
      .filter((path) => !COMMON.includes(path));

  it("holds files for the workloads that the subjects name, and the common ones for any issuer", () => {
    expect(added(SERVICE_ACCOUNTS)).to.deep.equal([
      "kubernetes/credential-provider.yaml",
      "kubernetes/service-accounts.yaml",
      "kubernetes/cronjob.yaml",
      "kubernetes/renew-pull-secret.sh",
      "kubernetes/renew-pull-secret.ps1",
    ]);
    expect(added(GITHUB)).to.deep.equal(["ci/github-actions.yml"]);
    expect(added(["repository_owner_id:1:repository_id:2"])).to.deep.equal([
      "ci/github-actions.yml",
    ]);
    expect(added(GITLAB)).to.deep.equal(["ci/gitlab-ci.yml"]);
    expect(added(["machine-7"])).to.deep.equal([]);
    expect(bundleFiles(tokenFacts(["machine-7"])).map(({ path }) => path)).to.deep.equal(COMMON);
  });

  it("says that nothing in it is secret, and what the role accepts", () => {
    const page = text(tokenFacts([...SERVICE_ACCOUNTS, ...GITHUB, ...GITLAB]), "README.md");
    for (const part of [
      "There is no key, and nothing in this folder is secret: it needs no encryption",
      `The role \`${ROLE}\` accepts a token of the issuer \`https://oidc.acme.example\` for the audience \`sts.amazonaws.com\``,
      ...SERVICE_ACCOUNTS.map((subject) => `- \`${subject}\``),
      "## Kubernetes 1.34 or newer",
      "## GitHub Actions",
      "## GitLab CI",
      "## Any other machine",
      "## crane",
      `must name \`arn:aws:sts::${ACCOUNT}:assumed-role/acme/pull-acme\``,
    ]) {
      expect(page, part).to.contain(part);
    }
    for (const word of ["--profile", "secret-access-key", "configure.sh", "We never ask"]) {
      for (const { path, content } of bundleFiles(tokenFacts(SERVICE_ACCOUNTS))) {
        expect(content, `${path}: ${word}`).not.to.contain(word);
      }
    }
    expect(text(tokenFacts(["machine-7"]), "README.md")).not.to.match(/Kubernetes 1|GitHub|GitLab/);
  });

  it("unpacks to a folder with the customer's id", () => {
    expect(bundleArchive(tokenFacts(GITHUB), "2026-11-24").toString("latin1")).to.match(/^acme\//);
  });

  it("explains how GitHub and GitLab compose a subject only where it is not the default one", () => {
    const customized = "actions/oidc/customization/sub";
    expect(text(tokenFacts(GITHUB), "README.md")).not.to.contain(customized);
    expect(text(tokenFacts(["repository_id:2"]), "README.md")).to.contain(customized);
    const components = "ci_id_token_sub_claim_components";
    expect(text(tokenFacts(GITLAB), "README.md")).not.to.contain(components);
    expect(text(tokenFacts(["project_id:7:ref:main"]), "README.md")).to.contain(components);
  });

  it("holds the policy for the customer's own account beside it", () => {
    const account = accountFacts().identity;
    if (account.kind !== "account") throw new Error("the test's own facts");
    const facts = tokenFacts(GITHUB, { beside: account });
    expect(JSON.parse(text(facts, "pull-policy.json"))).to.deep.equal(account.policy);
    expect(text(facts, "README.md")).to.contain("We allow AWS account 210987654321 to pull");
  });

  it("keeps hostile text of the customer file as text", () => {
    const hostile = "`a`](http://evil.example) $roleArn: [x]\n- y";
    const facts = tokenFacts([...GITHUB, ...GITLAB, ...SERVICE_ACCOUNTS, `repo:${hostile}`], {
      audience: hostile,
    });
    const [config] = manifests("kubernetes/credential-provider.yaml", facts);
    expect(config?.["providers"]).to.have.nested.property(
      "[0].tokenAttributes.serviceAccountTokenAudience",
      hostile,
    );
    expect(parse(text(facts, "ci/gitlab-ci.yml"))).to.have.nested.property(
      "pull.id_tokens.AWS_ID_TOKEN.aud",
      hostile,
    );
  });
});

describe("the Kubernetes objects for tokens", () => {
  it("configure the kubelet for our registries alone, with a token of the agreed audience", () => {
    expect(manifests("kubernetes/credential-provider.yaml")).to.deep.equal([
      {
        apiVersion: "kubelet.config.k8s.io/v1",
        kind: "CredentialProviderConfig",
        providers: [
          {
            name: "ecr-credential-provider",
            matchImages: [HOST, SECOND_HOST],
            defaultCacheDuration: "6h",
            apiVersion: "credentialprovider.kubelet.k8s.io/v1",
            tokenAttributes: {
              serviceAccountTokenAudience: "sts.amazonaws.com",
              cacheType: "ServiceAccount",
              requireServiceAccount: true,
              requiredServiceAccountAnnotationKeys: ["eks.amazonaws.com/ecr-role-arn"],
            },
          },
        ],
      },
    ]);
  });

  it("annotate the service accounts of the subjects, and let nodes ask for their tokens", () => {
    const [first, second, third, role, binding, ...others] = manifests(
      "kubernetes/service-accounts.yaml",
    );
    const annotations = { "eks.amazonaws.com/ecr-role-arn": ROLE };
    expect([first, second, third].map((one) => [one?.kind, one?.metadata])).to.deep.equal([
      ["ServiceAccount", { name: "robots", namespace: "edge", annotations }],
      ["ServiceAccount", { name: "updater", namespace: "edge", annotations }],
      ["ServiceAccount", { name: "robots", namespace: "fleet", annotations }],
    ]);
    expect(role?.["rules"]).to.deep.equal([
      {
        verbs: ["request-serviceaccounts-token-audience"],
        apiGroups: [""],
        resources: ["sts.amazonaws.com"],
        resourceNames: ["robots", "updater"],
      },
    ]);
    expect(binding).to.deep.include({
      kind: "ClusterRoleBinding",
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: `${NAME}-tokens`,
      },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:nodes" }],
    });
    expect(others).to.deep.equal([]);
  });

  it("renew a pull secret in each namespace with a token of a service account in it", () => {
    const objects = manifests("kubernetes/cronjob.yaml");
    expect(
      objects.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name]),
    ).to.deep.equal(
      ["edge", "fleet"].flatMap((namespace) => [
        ["ServiceAccount", namespace, "robots"],
        ["Role", namespace, NAME],
        ["RoleBinding", namespace, NAME],
        ["CronJob", namespace, NAME],
      ]),
    );
    // The same as in service-accounts.yaml: applying one after the other must not remove the role.
    expect(objects[0]).to.deep.equal(manifests("kubernetes/service-accounts.yaml")[0]);
    expect(objects[2]?.["subjects"]).to.deep.equal([{ kind: "ServiceAccount", name: "robots" }]);
    const pod = (
      objects[3] as unknown as { spec: { jobTemplate: { spec: { template: { spec: unknown } } } } }
    ).spec.jobTemplate.spec.template.spec;
    expect(pod).to.deep.include({
      serviceAccountName: "robots",
      volumes: [
        { name: "login", emptyDir: { medium: "Memory", sizeLimit: "32Mi" } },
        {
          name: "token",
          projected: {
            sources: [
              {
                serviceAccountToken: {
                  audience: "sts.amazonaws.com",
                  expirationSeconds: 3600,
                  path: "token",
                },
              },
            ],
          },
        },
      ],
    });
    expect(pod)
      .to.have.nested.property("initContainers[0].env")
      .deep.equal([
        { name: "HOME", value: "/login" },
        { name: "AWS_ROLE_ARN", value: ROLE },
        { name: "AWS_ROLE_SESSION_NAME", value: "pull-acme" },
        { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: "/token/token" },
      ]);
    expect(pod)
      .to.have.nested.property("initContainers[0].volumeMounts")
      .deep.equal([
        { name: "login", mountPath: "/login" },
        { name: "token", mountPath: "/token", readOnly: true },
      ]);
    expect(pod).not.to.have.nested.property("containers[0].volumeMounts[1]");
  });
});

describe("the CI jobs for tokens", () => {
  it("let GitHub's job ask for a token, assume the role and pull", () => {
    const workflow = parse(text(tokenFacts(GITHUB), "ci/github-actions.yml")) as {
      permissions: unknown;
      jobs: { pull: { steps: { uses?: string; with?: unknown; run?: string }[] } };
    };
    expect(workflow.permissions).to.deep.equal({ "id-token": "write", contents: "read" });
    const [assume, login, pull] = workflow.jobs.pull.steps;
    expect(assume?.uses).to.match(/^aws-actions\/configure-aws-credentials@[0-9a-f]{40}$/);
    expect(assume?.with).to.deep.equal({
      "role-to-assume": ROLE,
      "role-session-name": "pull-acme",
      audience: "sts.amazonaws.com",
      "aws-region": "eu-central-1",
    });
    expect(login?.run).to.contain(HOST).and.to.contain(SECOND_HOST);
    expect(pull?.run).to.equal(`docker pull '${HOST}/edge-agent':"$TAG"`.replaceAll("'", ""));
  });
});

describe("the commands of a bundle for tokens", () => {
  let machine: CustomerMachine;
  beforeEach(() => {
    machine = new CustomerMachine();
    machine.program("aws", 'case "$*" in "ecr get-login-password"*) echo password;; esac');
    machine.program("docker", '[ "$1" != login ] || [ "$(cat)" = password ]');
    machine.program("crane", '[ "$1" != auth ] || [ "$(cat)" = password ]');
    machine.program("kubectl", "");
    machine.program("apk", "");
    machine.program("docker-credential-ecr-login", "");
    machine.environment = { TAG: "1.4.2", AWS_ID_TOKEN: "a.b.c" };
  });
  afterEach(() => machine.remove());

  async function runAll(blocks: readonly string[]): Promise<void> {
    for (const block of blocks) {
      const { code, stderr } = await machine.run(block);
      expect([code, stderr], block).to.deep.equal([0, ""]);
    }
  }

  it("run from first to last with the right calls", async () => {
    const facts = tokenFacts(SERVICE_ACCOUNTS);
    machine.unpack(bundleFiles(facts));
    const blocks = shellBlocks(text(facts, "README.md"));
    expect(blocks).to.have.length(10);
    await runAll(blocks);
    const now = `${NAME}-now`;
    expect(machine.calls.filter((call) => call.startsWith("kubectl"))).to.deep.equal([
      "kubectl apply -f kubernetes/service-accounts.yaml",
      `kubectl apply -f ${machine.bundle}/kubernetes/cronjob.yaml`,
      ...["edge", "fleet"].flatMap((namespace) => [
        `kubectl delete job ${now} --ignore-not-found --namespace ${namespace}`,
        `kubectl create job ${now} --from=cronjob/${NAME} --namespace ${namespace}`,
      ]),
    ]);
    expect(machine.calls.filter((call) => /^(aws|crane)/.test(call))).to.include.members([
      "aws sts get-caller-identity --region eu-central-1",
      "aws ecr get-login-password --region us-east-1",
      `crane auth login --username AWS --password-stdin ${HOST}`,
      `crane pull ${HOST}/edge-agent:1.4.2 image.tar`,
    ]);
  });

  it("in GitLab's job write the token where the AWS command line reads it, log in and pull", async () => {
    const { pull } = parse(text(tokenFacts(GITLAB), "ci/gitlab-ci.yml")) as {
      pull: { variables: Record<string, string>; before_script: string[]; script: string[] };
    };
    expect(pull.variables).to.deep.equal({
      AWS_ROLE_ARN: ROLE,
      AWS_ROLE_SESSION_NAME: "pull-acme",
      TAG: "",
      AWS_WEB_IDENTITY_TOKEN_FILE: "/tmp/aws-id-token",
    });
    const file = join(machine.root, "token");
    machine.environment = { ...machine.environment, AWS_WEB_IDENTITY_TOKEN_FILE: file };
    await runAll([["set -e", ...pull.before_script, ...pull.script].join("\n")]);
    expect(readFileSync(file, "utf8")).to.equal("a.b.c");
    expect(machine.calls).to.include.members([
      `docker login --username AWS --password-stdin ${HOST}`,
      `docker login --username AWS --password-stdin ${SECOND_HOST}`,
      `docker pull ${HOST}/edge-agent:1.4.2`,
    ]);
  });
});
