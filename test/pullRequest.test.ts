/**
 * Proves what preview.yml does with a pull request: it takes customer files and our own settings as
 * data, from the merge of the very commit that was checked, and nothing else; and it writes one
 * comment. Real git repositories; GitHub's API is answered by the tests, so its real answers are not
 * proved here.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { loadProject } from "../src/project";
import type { GitHubCall } from "../automation/github/api";
import { comment, commentBody } from "../automation/github/pullRequestComment";
import {
  mergedSettings,
  takePullRequestFiles,
  type Place,
} from "../automation/github/pullRequestFiles";

const SETTINGS = `secretsprovider: awskms://alias/pulumi-state
encryptedkey: AAAA
config:
  aws:region: eu-central-1
  ecr-customers:account: "111122223333"
  ecr-customers:repositories:
    edge-agent: {}
`;
const ACME = "name: Acme\nrepositories: [edge-agent]\n";
const REPOSITORY = "acme/ecr-customers";

/** A vendor's package.json. */
const manifest = (version: string, others: object = {}) =>
  JSON.stringify({ name: "images", ...others, dependencies: { "ecr-customers": version } });

/** A repository like GitHub's with one pull request, number 7, and a checkout of its default branch. */
class Repositories {
  readonly root = mkdtempSync(join(tmpdir(), "pull-request-"));
  readonly #origin = join(this.root, "origin");
  readonly checkout = join(this.root, "checkout");
  head = "";

  /** @param younger - whether something else was merged after the pull request was begun. */
  constructor(edit: (directory: string) => void, younger = true) {
    mkdirSync(join(this.#origin, "customers"), { recursive: true });
    this.#git("init", "--quiet", "--initial-branch=main");
    writeFileSync(join(this.#origin, "customers", "acme.yaml"), ACME);
    writeFileSync(join(this.#origin, "Pulumi.prod.yaml"), SETTINGS);
    writeFileSync(join(this.#origin, "Pulumi.yaml"), "name: ecr-customers\n");
    writeFileSync(join(this.#origin, "index.ts"), "// main\n");
    writeFileSync(join(this.#origin, "package.json"), manifest("0.1.0"));
    this.#commit("main");
    execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${this.#origin}`, this.checkout]);
    this.#git("switch", "--quiet", "-c", "change");
    edit(this.#origin);
    this.head = this.#commit("change");
    this.#git("switch", "--quiet", "main");
    if (younger) writeFileSync(join(this.#origin, "customers", "younger.yaml"), ACME);
    this.#commit("meanwhile");
    this.#git("merge", "--quiet", "--no-ff", "--no-edit", "change");
    this.#git("update-ref", "refs/pull/7/merge", "HEAD");
    this.#git("reset", "--quiet", "--hard", "HEAD^1");
  }

  files(): string[] {
    return readdirSync(join(this.checkout, "customers")).sort();
  }

  #commit(message: string): string {
    this.#git("add", "--all");
    this.#git("commit", "--quiet", "--allow-empty", "-m", message);
    return this.#git("rev-parse", "HEAD").trim();
  }

  #git(...args: string[]): string {
    // Whatever the developer's own git is set to.
    const set = ["user.name=t", "user.email=t@example.com", "commit.gpgsign=false"];
    const settings = set.flatMap((one) => ["-c", one]);
    return execFileSync("git", [...settings, ...args], { cwd: this.#origin }).toString();
  }
}

describe("the files of a pull request", function () {
  this.timeout(30_000);
  let made: Repositories | undefined;
  afterEach(() => made && rmSync(made.root, { recursive: true, force: true }));

  function pullRequest(edit: (directory: string) => void, younger?: boolean): Repositories {
    return (made = new Repositories(edit, younger));
  }

  /** GitHub's answer about pull request 7. */
  function answer(head: string, changes: object = {}): GitHubCall {
    return (method, path) => {
      expect([method, path]).to.deep.equal(["GET", `/repos/${REPOSITORY}/pulls/7`]);
      return Promise.resolve({
        state: "open",
        head: { sha: head, repo: { full_name: REPOSITORY } },
        base: { ref: "main", repo: { default_branch: "main" } },
        ...changes,
      });
    };
  }

  function take(repositories: Repositories, place: Partial<Place> = {}) {
    const { checkout: directory, head } = repositories;
    const call = answer(head);
    return takePullRequestFiles(
      { number: "7", head },
      { directory, repository: REPOSITORY, stack: "prod", call, ...place },
    );
  }

  async function refusal(promise: Promise<unknown>): Promise<string> {
    try {
      await promise;
    } catch (error) {
      return (error as Error).message;
    }
    return "taken";
  }

  it("are those after the merge: added, changed, removed, and what others merged meanwhile", async () => {
    const repositories = pullRequest((directory) => {
      writeFileSync(join(directory, "customers", "globex.yaml"), "name: Globex\n");
      rmSync(join(directory, "customers", "acme.yaml"));
    });
    expect(await take(repositories)).to.deep.equal({ customers: 2, otherFiles: 0 });
    expect(repositories.files()).to.deep.equal(["globex.yaml", "younger.yaml"]);
    const globex = readFileSync(join(repositories.checkout, "customers", "globex.yaml"), "utf8");
    expect(globex).to.equal("name: Globex\n");
  });

  it("name the newer version that it proposes, whose lockfile is not taken", async () => {
    const repositories = pullRequest((directory) => {
      writeFileSync(join(directory, "package.json"), manifest("0.2.0"));
      writeFileSync(join(directory, "package-lock.json"), "{}\n");
    });
    expect(await take(repositories)).to.deep.equal({
      customers: 2,
      otherFiles: 0,
      version: "0.2.0",
    });
    expect(readFileSync(join(repositories.checkout, "package.json"), "utf8")).to.equal(
      manifest("0.1.0"),
    );
    expect(existsSync(join(repositories.checkout, "package-lock.json"))).to.equal(false);
  });

  it("count package.json as not shown when it changes more than the version", async () => {
    const repositories = pullRequest((directory) => {
      writeFileSync(join(directory, "package.json"), manifest("0.2.0", { main: "evil.js" }));
    });
    expect(await take(repositories)).to.deep.equal({
      customers: 2,
      otherFiles: 1,
      version: "0.2.0",
    });
  });

  for (const version of [
    "0.0.9",
    "0.1.0",
    "^0.2.0",
    "latest",
    "v0.2.0",
    "file:../evil",
    "git+https://example.com/evil.git",
    "npm:evil@0.2.0",
    "0.2.0 --registry=https://example.com",
  ]) {
    it(`propose no version with ${version}, which is not a plain newer one`, async () => {
      const repositories = pullRequest((directory) => {
        writeFileSync(join(directory, "package.json"), manifest(version, { private: true }));
      });
      expect(await take(repositories)).to.deep.equal({ customers: 2, otherFiles: 1 });
    });
  }

  it("propose no version without a package.json that can be read", async () => {
    const repositories = pullRequest((directory) =>
      writeFileSync(join(directory, "package.json"), "{"),
    );
    expect(await take(repositories)).to.deep.equal({ customers: 2, otherFiles: 1 });
    rmSync(repositories.root, { recursive: true });
    const removed = pullRequest((directory) => rmSync(join(directory, "package.json")));
    expect(await take(removed)).to.deep.equal({ customers: 2, otherFiles: 1 });
  });

  it("bring no code along, and are told to be not all", async () => {
    const repositories = pullRequest((directory) => {
      writeFileSync(join(directory, "index.ts"), "// evil\n");
      writeFileSync(join(directory, ".npmrc"), "evil\n");
      writeFileSync(join(directory, "customers", "acme.yaml"), `${ACME}status: suspended\n`);
    });
    expect(await take(repositories)).to.deep.equal({ customers: 2, otherFiles: 2 });
    expect(readFileSync(join(repositories.checkout, "index.ts"), "utf8")).to.equal("// main\n");
    expect(existsSync(join(repositories.checkout, ".npmrc"))).to.equal(false);
  });

  it("bring our own settings along, and leave out what says where the engine finds secrets", async () => {
    const repositories = pullRequest((directory) => {
      const changed = SETTINGS.replace("awskms://alias/pulumi-state", "awskms://alias/evil")
        .replace("edge-agent: {}", "edge-agent: { grants: tagged }")
        .replace("aws:region: eu-central-1", "aws:region: us-east-1\n  aws:profile: evil");
      writeFileSync(join(directory, "Pulumi.prod.yaml"), changed);
    });
    await take(repositories);
    const settings = readFileSync(join(repositories.checkout, "Pulumi.prod.yaml"), "utf8");
    expect(settings).to.equal(SETTINGS.replace("edge-agent: {}", "edge-agent: { grants: tagged }"));
  });

  const NO_CUSTOMER_FILES: Record<string, (directory: string) => void> = {
    "a symbolic link": (folder) => symlinkSync("/etc/passwd", join(folder, "evil.yaml")),
    "a file of another name": (folder) => writeFileSync(join(folder, ".gitattributes"), "* x\n"),
    "a folder": (folder) => {
      mkdirSync(join(folder, "deep"));
      writeFileSync(join(folder, "deep", "evil.yaml"), ACME);
    },
    "a program": (folder) => writeFileSync(join(folder, "evil.yaml"), ACME, { mode: 0o755 }),
    "a large file": (folder) => writeFileSync(join(folder, "big.yaml"), "#".repeat(65 * 1024)),
    "a name that moves the cursor": (folder) => writeFileSync(join(folder, "\u001b[2J.yaml"), ACME),
  };
  for (const [what, edit] of Object.entries(NO_CUSTOMER_FILES)) {
    it(`stop at ${what}, with nothing changed`, async () => {
      const repositories = pullRequest((directory) => edit(join(directory, "customers")));
      const message = await refusal(take(repositories));
      expect(message).to.match(/^customers\/.* is not a plain customer file of at most 64 KiB$/);
      expect(message).not.to.include("\u001b");
      expect(repositories.files()).to.deep.equal(["acme.yaml"]);
    });
  }

  it("stop when nothing is left, or the folder itself is a link", async () => {
    for (const target of [undefined, "/etc"]) {
      const repositories = pullRequest((directory) => {
        rmSync(join(directory, "customers"), { recursive: true });
        if (target !== undefined) symlinkSync(target, join(directory, "customers"));
      }, false);
      expect(await refusal(take(repositories))).to.equal("customers holds no customer file");
      expect(repositories.files()).to.deep.equal(["acme.yaml"]);
      rmSync(repositories.root, { recursive: true });
    }
  });

  it("may be more than an account's 5,000 users where customers have accounts, as validate allows", async () => {
    const repositories = pullRequest((directory) => {
      const settings = SETTINGS.replace("edge-agent: {}", "edge-agent: { grants: tagged }");
      writeFileSync(join(directory, "Pulumi.prod.yaml"), settings);
      // Acme is there already.
      for (let at = 1; at <= 5_000; at++) {
        const text = at <= 3 ? `${ACME}awsAccount: "${210_000_000_000 + at}"\n` : ACME;
        writeFileSync(join(directory, "customers", `c${at}.yaml`), text);
      }
    }, false);
    expect(await take(repositories)).to.deep.equal({ customers: 5_001, otherFiles: 0 });
    const { checkout } = repositories;
    const checks = () =>
      loadProject(checkout, "prod", "2026-11-23").problems.map(({ check }) => check);
    expect(checks()).to.deep.equal([]);
    for (const at of [1, 2, 3]) writeFileSync(join(checkout, "customers", `c${at}.yaml`), ACME);
    expect(checks()).to.deep.equal(["user-count"]);
  }).timeout(240_000);

  it("leave out the folder's README.md, which is not a customer", async () => {
    const repositories = pullRequest((directory) =>
      writeFileSync(join(directory, "customers", "README.md"), "# Customers\n"),
    );
    expect(await take(repositories)).to.deep.equal({ customers: 2, otherFiles: 0 });
    expect(repositories.files()).to.deep.equal(["acme.yaml", "younger.yaml"]);
  });

  it("cannot be taken from a pull request without a merge, and git's own words say why", async () => {
    const repositories = pullRequest(() => undefined);
    execFileSync("git", [
      "-C",
      join(repositories.root, "origin"),
      "update-ref",
      "-d",
      "refs/pull/7/merge",
    ]);
    expect(await refusal(take(repositories))).to.contain(
      "git fetch failed: fatal: couldn't find remote ref refs/pull/7/merge",
    );
  });

  it("are not taken from another repository, whatever the event says", async () => {
    const repositories = pullRequest(() => undefined);
    for (const repo of [{ full_name: "mallory/ecr-customers" }, null]) {
      const call = answer("", { head: { sha: repositories.head, repo } });
      expect(await refusal(take(repositories, { call }))).to.equal(
        "pull request 7 comes from another repository",
      );
    }
  });

  it("are not taken when it was closed, has newer commits or is for another branch", async () => {
    const repositories = pullRequest((directory) =>
      writeFileSync(join(directory, "customers", "globex.yaml"), ACME),
    );
    const { head } = repositories;
    const newer = { sha: "0".repeat(40), repo: { full_name: REPOSITORY } };
    const other = { ref: "other", repo: { default_branch: "main" } };
    for (const changes of [{ state: "closed" }, { head: newer }, { base: other }]) {
      expect(await take(repositories, { call: answer(head, changes) })).to.equal(undefined);
    }
    expect(repositories.files()).to.deep.equal(["acme.yaml"]);
  });

  it("are not taken from a merge of another commit than the one that was checked", async () => {
    const repositories = pullRequest(() => undefined);
    const head = "0".repeat(40);
    const place = { directory: repositories.checkout, repository: REPOSITORY, stack: "prod" };
    const call = answer(head);
    expect(await takePullRequestFiles({ number: "7", head }, { ...place, call })).to.equal(
      undefined,
    );
    expect(repositories.files()).to.deep.equal(["acme.yaml"]);
  });

  it("are of a number and a commit, and of nothing else that an event may hold", async () => {
    const call: GitHubCall = () => Promise.reject(new Error("asked"));
    const place = { directory: "/", repository: REPOSITORY, stack: "prod", call };
    const head = "0".repeat(40);
    for (const number of ["", "0", "7/merge", "7 --upload-pack=evil", "-7", "7\n"]) {
      const message = await refusal(takePullRequestFiles({ number, head }, place));
      expect(message, number).to.equal("expected the number of a pull request");
    }
    for (const wrong of ["", "main", "--exec=x", `${head}\n`]) {
      const message = await refusal(takePullRequestFiles({ number: "7", head: wrong }, place));
      expect(message, wrong).to.equal("expected a commit");
    }
  });

  it("refuse settings that are not YAML", () => {
    expect(() => mergedSettings(SETTINGS, `${SETTINGS}config: {}\n`)).to.throw("not YAML");
    expect(() => mergedSettings(SETTINGS, "config: []\n")).to.throw("with `config:`");
  });
});

describe("the comment on a pull request", () => {
  const preview = {
    stack: "prod",
    head: "0123456789abcdef0123456789abcdef01234567",
    markdown: "## prod\n\nglobex gains edge-agent\n",
    otherFiles: 0,
    runUrl: "https://github.com/acme/ecr-customers/actions/runs/1",
  };
  const MARKER = "<!-- ecr-customers preview of prod -->";

  interface Comment {
    id: number;
    user: { login: string };
    body: string;
  }

  /** Pages of comments, and what was written. */
  function answering(comments: Comment[]) {
    const written: unknown[][] = [];
    const call: GitHubCall = (method, path, body) => {
      if (method !== "GET") written.push([method, path, (body as { body: string }).body]);
      const page = Number(/&page=(\d+)$/.exec(path)?.[1]);
      return Promise.resolve(method === "GET" ? comments.slice((page - 1) * 100, page * 100) : {});
    };
    return { call, written };
  }

  const by = (login: string, body: string, id = 1): Comment => ({ id, user: { login }, body });

  it("is written once", async () => {
    const { call, written } = answering([by("mallory", `${MARKER}\nmine`)]);
    await comment(call, REPOSITORY, "7", preview);
    expect(written).to.deep.equal([
      ["POST", `/repos/${REPOSITORY}/issues/7/comments`, commentBody(preview)],
    ]);
  });

  it("is edited in place afterwards, also far down", async () => {
    const others = Array.from({ length: 150 }, (_, id) => by("someone", "hello", id));
    const { call, written } = answering([
      ...others,
      by("github-actions[bot]", "another workflow's", 998),
      by("github-actions[bot]", `${MARKER}\nold`, 999),
    ]);
    await comment(call, REPOSITORY, "7", preview);
    expect(written).to.deep.equal([
      ["PATCH", `/repos/${REPOSITORY}/issues/comments/999`, commentBody(preview)],
    ]);
  });

  it("says what it is for, and what it does not show", () => {
    expect(commentBody({ ...preview, otherFiles: 2 })).to.equal(
      `${MARKER}
## prod

globex gains edge-agent

This pull request also changes 2 other files. The preview does not show their effect: it runs the default branch's program.

For 0123456789ab, [log](https://github.com/acme/ecr-customers/actions/runs/1).
`,
    );
  });

  it("names the proposed version that made it, and nothing of the kind when it failed", () => {
    const made = commentBody({ ...preview, version: "0.2.0" });
    expect(made).to.include("Made with ecr-customers 0.2.0, the version that this pull request");
    const failed = commentBody({ ...preview, version: "0.2.0", markdown: undefined });
    expect(failed).not.to.include("Made with");
    expect(commentBody({ ...preview, version: "0.2.0", otherFiles: 1 })).to.include(
      "it runs ecr-customers 0.2.0 as published.",
    );
  });

  it("says where to look when there is no preview", () => {
    for (const markdown of [undefined, "", "\n"]) {
      expect(commentBody({ ...preview, markdown })).to.include(
        "The preview of `prod` failed; [its log](https://github.com/acme/ecr-customers/actions/runs/1) says why.",
      );
    }
  });

  it("is cut at a line to what a comment holds", () => {
    const line = "globex gains edge-agent\n";
    const body = commentBody({ ...preview, markdown: line.repeat(4_000) });
    expect(body.length).to.be.within(60_000, 65_536);
    expect(body).to.match(/\nglobex gains edge-agent\n\n\(cut here: .*\)\n\nFor 0123456789ab, /);
    expect(commentBody({ ...preview, markdown: "x".repeat(70_000) }).length).to.be.at.most(65_536);
  });
});
