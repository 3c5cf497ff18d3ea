/**
 * Proves what is in a bundle: the secret is in exactly one file, `tar` unpacks it for its owner alone, the
 * Kubernetes objects have the required shape, and untrusted text stays text. That the commands work is
 * covered by commands.test.ts and, against the sandbox's AWS, by test/e2e/handover.test.ts. Not covered:
 * that a cluster accepts the objects.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import MarkdownIt from "markdown-it";
import { parse, parseAllDocuments } from "yaml";
import { bundleArchive, bundleFiles } from "../../../automation/handover/bundle";
import { tar } from "../../../automation/handover/tar";
import { accountFacts, ACCOUNT, encryptedKey, KEY_ID, keyFacts, SECRET } from "./support/samples";

interface Manifest {
  kind: string;
  metadata: { name: string };
  [key: string]: unknown;
}

function contentOf(files: ReturnType<typeof bundleFiles>, path: string): string {
  return Buffer.from(files.find((file) => file.path === path)?.content as string).toString("utf8");
}

function manifests(path: string, facts = keyFacts()): Manifest[] {
  const documents = parseAllDocuments(contentOf(bundleFiles(facts), path));
  return documents.map((document) => {
    expect(document.errors).to.deep.equal([]);
    return document.toJS() as Manifest;
  });
}

describe("a bundle", () => {
  it("holds the secret in exactly one file", () => {
    const files = bundleFiles(keyFacts());
    const holding = files.filter(({ content }) => Buffer.from(content as string).includes(SECRET));
    expect(holding.map(({ path, content }) => [path, content])).to.deep.equal([
      ["secret-access-key", SECRET],
    ]);
    expect(files.filter(({ content }) => content.includes(KEY_ID as never)).length).to.be.above(0);
  });

  it("holds the ciphertext of a key that was created with a PGP key, and says how to decrypt it", () => {
    const files = bundleFiles(keyFacts({}, encryptedKey));
    expect(files.map(({ path }) => path)).to.include("secret-access-key.gpg");
    expect(files.map(({ path }) => path)).not.to.include("secret-access-key");
    expect(contentOf(files, "README.md")).to.contain("gpg --output secret-access-key --decrypt");
  });

  it("names region, registry, repositories, user and end date", () => {
    const text = contentOf(bundleFiles(keyFacts({ expires: "2027-01-31" })), "README.md");
    for (const part of [
      `\`${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/edge-agent\``,
      `\`${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/edge-agent\``,
      `\`${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/orchestrator\``,
      "(region `us-east-1`)",
      "ends after 2027-01-31 (UTC)",
      `arn:aws:iam::${ACCOUNT}:user/customers/acme`,
    ]) {
      expect(text, part).to.contain(part);
    }
    expect(text).not.to.contain("us-east-1.amazonaws.com/orchestrator");
    expect(contentOf(bundleFiles(keyFacts()), "README.md")).to.contain("Access has no end date.");
  });

  it("names the networks from which alone it works, and only the customer's regions", () => {
    const limited = { networks: ["203.0.113.0/24"], regions: ["eu-central-1"] };
    const text = contentOf(bundleFiles(keyFacts(limited)), "README.md");
    expect(text).to.contain("The login and every pull work only from 203.0.113.0/24;");
    expect(text).not.to.contain("us-east-1");
    expect(contentOf(bundleFiles(keyFacts()), "README.md")).not.to.contain("work only from");
  });

  it("holds a policy to attach, and no key, for a customer with its own AWS account", () => {
    const files = bundleFiles(accountFacts());
    expect(files.map(({ path }) => path)).to.deep.equal([
      "README.md",
      "docker-config.json",
      "docker-login.sh",
      "docker-login.ps1",
      "use-credential-helper.sh",
      "use-credential-helper.ps1",
      "pull-policy.json",
    ]);
    expect(JSON.parse(contentOf(files, "pull-policy.json"))).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        { Sid: "Login", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
        {
          Sid: "Pull",
          Effect: "Allow",
          Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          Resource: [
            `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/edge-agent`,
            `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/orchestrator`,
            `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/edge-agent`,
          ],
        },
      ],
    });
    const all = files.map(({ content }) => content).join("\n");
    for (const word of ["--profile", "secret-access-key", "configure.sh", "kubectl"]) {
      expect(all, word).not.to.contain(word);
    }
  });

  it("unpacks with the system's tar into a folder that only its owner can read", function () {
    const root = mkdtempSync(join(tmpdir(), "bundle-"));
    after(() => rmSync(root, { recursive: true }));
    const facts = keyFacts();
    // As the customer's shell does, with an umask that would let others read.
    execFileSync("/bin/sh", ["-c", "umask 022; tar -xf -"], {
      cwd: root,
      input: bundleArchive(facts, "2026-11-24"),
    });
    expect(readdirSync(root)).to.deep.equal(["acme-1"]);
    const files = bundleFiles(facts);
    expect(files).to.have.length(15);
    for (const { path, content, mode } of files) {
      const file = join(root, "acme-1", path);
      expect(readFileSync(file).equals(Buffer.from(content as string)), path).to.equal(true);
      expect(statSync(file).mode & 0o777, path).to.equal(mode);
      expect(mode & 0o077, path).to.equal(0);
    }
    for (const folder of ["acme-1", "acme-1/kubernetes"]) {
      expect(statSync(join(root, folder)).mode & 0o777).to.equal(0o700);
    }
    expect(statSync(join(root, "acme-1/README.md")).mtime.toISOString()).to.match(/^2026-11-24T00/);
  });

  it("refuses a path that a tar header cannot hold", () => {
    for (const path of ["a".repeat(101), "ä", "a b", ""]) {
      expect(() => tar([{ path, content: "", mode: 0o600 }], 0), path).to.throw("ASCII");
    }
  });

  it("shows a hostile name as text: no markup, no link, no line break", () => {
    const hostile =
      "](http://evil.example) <img src=x> ![a](b) `$(touch pwned)` **@here** # \"'; rm -rf ~";
    const page = contentOf(bundleFiles(keyFacts({ name: hostile })), "README.md");
    const tokens = new MarkdownIt({ html: true, linkify: true }).parse(page, {});
    const heading = tokens[tokens.findIndex(({ type }) => type === "heading_open") + 1];
    const kinds = (heading?.children ?? []).map(({ type }) => type);
    expect(kinds).not.to.be.empty;
    for (const kind of kinds) expect(["text", "code_inline", "text_special"]).to.include(kind);
    const shown = (heading?.children ?? []).map(({ content }) => content).join("");
    expect(shown.replace(/\s+/g, " ")).to.contain(hostile);
    for (const { path, content } of bundleFiles(keyFacts({ name: hostile }))) {
      if (path !== "README.md") expect(content.includes("evil" as never), path).to.equal(false);
    }
  });
});

describe("the bundle's Kubernetes objects", () => {
  const name = `ecr-${ACCOUNT}`;
  const pullSecrets = [`${name}-eu-central-1`, `${name}-us-east-1`];

  it("let the CronJob write the pull secrets, and read or change no other secret", () => {
    const [account, role, binding, job, ...others] = manifests("kubernetes/cronjob.yaml");
    expect(others).to.deep.equal([]);
    expect(
      [account, role, binding, job].map((one) => [one?.kind, one?.metadata.name]),
    ).to.deep.equal([
      ["ServiceAccount", name],
      ["Role", name],
      ["RoleBinding", name],
      ["CronJob", name],
    ]);
    expect(role?.["rules"]).to.deep.equal([
      { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
      {
        apiGroups: [""],
        resources: ["secrets"],
        resourceNames: pullSecrets,
        verbs: ["get", "patch"],
      },
    ]);
    expect(binding).to.deep.include({
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name }],
    });
  });

  it("renew more often than every twelve hours, without root", () => {
    const job = manifests("kubernetes/cronjob.yaml")[3] as unknown as {
      spec: {
        schedule: string;
        jobTemplate: { spec: { template: { spec: Record<string, unknown> } } };
      };
    };
    const [, every = ""] = /^\d+ \*\/(\d+) \* \* \*$/.exec(job.spec.schedule) ?? [];
    expect(Number(every)).to.be.within(1, 10);
    const pod = job.spec.jobTemplate.spec.template.spec;
    expect(pod).to.deep.include({ serviceAccountName: name, restartPolicy: "Never" });
    expect(pod["securityContext"]).to.deep.include({ runAsNonRoot: true });
    const containers = [pod["initContainers"], pod["containers"]].flat() as {
      image: string;
      securityContext: unknown;
      env: { name: string; valueFrom?: unknown }[];
    }[];
    expect(containers).to.have.length(2);
    for (const { image, securityContext } of containers) {
      expect(image).to.match(/^[^:]+:v?\d+\.\d+\.\d+$/);
      expect(securityContext).to.deep.equal({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      });
    }
    expect(containers[0]?.env.filter(({ valueFrom }) => valueFrom !== undefined)).to.deep.equal(
      [
        ["AWS_ACCESS_KEY_ID", "access-key-id"],
        ["AWS_SECRET_ACCESS_KEY", "secret-access-key"],
      ].map(([variable, key]) => ({
        name: variable,
        valueFrom: { secretKeyRef: { name: `${name}-key`, key } },
      })),
    );
  });

  it("give the External Secrets Operator a generator and a secret for each registry", () => {
    const objects = manifests("kubernetes/external-secrets.yaml");
    expect(objects.map(({ kind, metadata }) => [kind, metadata.name])).to.deep.equal(
      pullSecrets.flatMap((secret) => [
        ["ECRAuthorizationToken", secret],
        ["ExternalSecret", secret],
      ]),
    );
    expect(objects[2]).to.deep.include({
      apiVersion: "generators.external-secrets.io/v1alpha1",
      spec: {
        region: "us-east-1",
        auth: {
          secretRef: {
            accessKeyIDSecretRef: { name: `${name}-key`, key: "access-key-id" },
            secretAccessKeySecretRef: { name: `${name}-key`, key: "secret-access-key" },
          },
        },
      },
    });
    const { spec } = objects[3] as unknown as {
      spec: {
        refreshInterval: string;
        target: { name: string; template: { type: string; data: Record<string, string> } };
        dataFrom: unknown[];
      };
    };
    expect(spec.refreshInterval).to.equal("6h0m0s");
    expect(spec.target.template.type).to.equal("kubernetes.io/dockerconfigjson");
    expect(JSON.parse(spec.target.template.data[".dockerconfigjson"] ?? "")).to.deep.equal({
      auths: {
        [`${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`]: {
          username: "{{ .username }}",
          password: "{{ .password }}",
        },
      },
    });
    expect(spec.dataFrom).to.deep.equal([
      {
        sourceRef: {
          generatorRef: {
            apiVersion: "generators.external-secrets.io/v1alpha1",
            kind: "ECRAuthorizationToken",
            name: pullSecrets[1],
          },
        },
      },
    ]);
  });

  it("have the names of the pull secrets in the README", () => {
    const page = contentOf(bundleFiles(keyFacts()), "README.md");
    const block = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const named = parse(block) as { imagePullSecrets: { name: string }[] };
    expect(named.imagePullSecrets.map((secret) => secret.name)).to.deep.equal(pullSecrets);
  });
});
