/** Proves that the template is filled in completely, and that the files of a fresh repository agree with each other. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { EXAMPLE } from "../../../automation/init/setupPolicies";
import { fillTemplate } from "../../../automation/init/template";
import { parseCustomer } from "../../../src/customers/parse";
import { parseStackConfig } from "../../../src/config";
import { files as packed } from "../../../package.json";
import { FOLDERS, SETTINGS, vendor } from "./support";

const ROOT = join(__dirname, "../../..");

describe("the template", () => {
  const { files } = fillTemplate(FOLDERS, vendor());
  const text = (path: string) => files.find((file) => file.path === path)?.text ?? "";

  it("is filled in: no placeholder and no value of the examples is left", () => {
    expect(files.length).to.be.greaterThan(20);
    const { repository: _, ...others } = EXAMPLE;
    for (const file of files) {
      expect(file.text, file.path).not.to.match(/(?<!\$)\{\{/);
      for (const value of Object.values({ ...others, onCallRole: "role/on-call" }))
        expect(file.text, file.path).not.to.include(value);
      expect(file.path).not.to.include("dot-");
    }
  });

  for (const region of ["eu-central-1", "cn-north-1", "us-gov-west-1"]) {
    it(`writes settings for ${region} that are valid, the deploy role included`, () => {
      const written = fillTemplate(
        FOLDERS,
        vendor({}, SETTINGS.replaceAll(/ap-southeast-2|us-west-2/g, region)),
      );
      const settings = written.files.find(({ path }) => /^Pulumi\.\w+\.yaml$/.test(path));
      expect(settings?.text).to.contain(`role/ecr-customers-deploy`);
      expect(settings?.text).to.contain(region);
      expect(parseStackConfig(settings?.text ?? "", "", "prod").problems).to.deep.equal([]);
    });
  }

  it("names ARNs of the partition that the region is in", () => {
    const chinese = SETTINGS.replaceAll("ap-southeast-2", "cn-north-1").replace(
      "us-west-2",
      "cn-northwest-1",
    );
    const text = fillTemplate(FOLDERS, vendor({}, chinese))
      .files.map((file) => file.text)
      .join("\n");
    expect(text).to.contain("arn:aws-cn:ecr:cn-northwest-1:444455556666:repository/player");
    expect(text).to.contain("arn:aws-cn:s3:::acme-state");
    expect(text).not.to.contain("arn:aws:");
  });

  it("stops at a placeholder that no value is for", () => {
    const folders = {
      ...FOLDERS,
      template: `${FOLDERS.policies}/../../test/automation/init/broken`,
    };
    expect(() => fillTemplate(folders, vendor())).to.throw("page.md: no value for {{nothing}}");
  });

  it("has settings that load, a program and a package of this version", () => {
    const { config, problems } = parseStackConfig(text("Pulumi.live.yaml"), "", "live");
    expect(problems).to.deep.equal([]);
    expect([...(config?.repositories.keys() ?? [])]).to.deep.equal(["player", "tools/cli"]);
    // The role that writes the policies is not reported as one that should not.
    expect(parse(text("Pulumi.live.yaml"))).to.have.nested.property(
      "config.ecr-customers:otherPrincipals[0].arn",
      "arn:aws:iam::444455556666:role/ecr-customers-deploy",
    );
    expect(JSON.parse(text("package.json"))).to.deep.include({
      dependencies: { "ecr-customers": "9.8.7" },
    });
    expect(parse(text("Pulumi.yaml"))).to.deep.include({
      name: "ecr-customers",
      backend: { url: "s3://acme-state/registry" },
    });
    expect(text("index.ts")).to.equal('module.exports = require("ecr-customers").program();\n');
  });

  it("shows an example of a customer file that is valid, in a file that is not a customer", () => {
    const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(text("customers/README.md")) ?? [];
    expect(parseCustomer(Buffer.from(example), "acme", "acme.yaml").problems).to.deep.equal([]);
    expect(example).to.contain("repositories: [player]");
    expect(files.filter(({ path }) => /^customers\/.*\.yaml$/.test(path))).to.deep.equal([]);
  });

  it("names the roles, the account and the pinned workflows in every caller", () => {
    for (const name of ["apply", "preview"]) {
      const { jobs } = parse(text(`.github/workflows/${name}.yml`)) as {
        jobs: Record<string, { uses: string; with: Record<string, string> }>;
      };
      const [job] = Object.values(jobs);
      expect(job?.uses).to.match(
        /^upstream\/ecr-customers\/\.github\/workflows\/reusable-\w+\.yml@[0-9a-f]{40}$/,
      );
      const role = name === "apply" ? "deploy" : "preview";
      expect(job?.with).to.include({
        stack: "live",
        "aws-account": "444455556666",
        "aws-role": `arn:aws:iam::444455556666:role/ecr-customers-${role}`,
      });
    }
  });

  it("has an editor check each file by a schema that the package brings", () => {
    const schemasOf = (values = vendor()) => {
      const { files } = fillTemplate(FOLDERS, values);
      const settings = files.find(({ path }) => path === ".vscode/settings.json")?.text ?? "";
      const read = JSON.parse(settings) as { "yaml.schemas": Record<string, string | string[]> };
      return Object.entries(read["yaml.schemas"]).map(
        ([schema, globs]) => [schema, [globs].flat()] as const,
      );
    };
    const installed = "./node_modules/ecr-customers/";
    expect(packed).to.include("schemas");
    for (const [schema] of schemasOf()) {
      expect(schema.startsWith(`${installed}schemas/`), schema).to.equal(true);
      const file = join(ROOT, schema.slice(installed.length));
      expect(JSON.parse(readFileSync(file, "utf8"))).to.be.an("object");
    }
    // One glob has one `*`, within a name.
    const checkedBy = (path: string, values = vendor()) =>
      schemasOf(values).flatMap(([schema, globs]) =>
        globs.some((glob) =>
          new RegExp(`^${glob.replaceAll(".", "\\.").replace("*", "[^/]*")}$`).test(path),
        )
          ? basename(schema)
          : [],
      );
    expect(checkedBy("customers/acme.yaml")).to.deep.equal(["customer.schema.json"]);
    expect(checkedBy("Pulumi.live.yaml")).to.deep.equal(["settings.schema.json"]);
    expect(checkedBy("mappings/sales.yaml")).to.deep.equal(["mapping.schema.json"]);
    for (const other of ["Pulumi.yaml", ".github/dependabot.yml", "notices/templates.yaml"])
      expect(checkedBy(other), other).to.deep.equal([]);
  });

  it("leaves the workflows' versions to init, so that they are those of the package", () => {
    expect(text(".github/dependabot.yml")).to.contain("package-ecosystem: npm");
    expect(text(".github/dependabot.yml")).not.to.contain("package-ecosystem: github-actions");
  });

  it("calls the workflow of cells for a stack that has some", () => {
    const cells = vendor(
      {},
      `config:\n  aws:region: eu-west-1\n  ecr-customers:account: "444455556666"\n  ecr-customers:cells: 4\n  ecr-customers:repositories: { a1: {} }\n`,
    );
    const apply = (values = vendor()) =>
      fillTemplate(FOLDERS, values).files.find(({ path }) => path.endsWith("/apply.yml"))?.text;
    expect(apply()).to.contain("/workflows/reusable-apply.yml@");
    expect(apply(cells)).to.contain("/workflows/reusable-cells.yml@");
  });

  it("has commands for an inline policy once a role is too large for a managed one", () => {
    const names = Array.from({ length: 60 }, (_, at) => `repository-${at}: {}`).join(", ");
    const large = vendor(
      {},
      `config:\n  aws:region: eu-west-1\n  ecr-customers:account: "444455556666"\n  ecr-customers:repositories: { ${names} }\n`,
    );
    const page = fillTemplate(FOLDERS, large).files.find(
      ({ path }) => path === "aws-setup/README.md",
    );
    expect(page?.text).to.contain("aws iam put-role-policy --role-name ecr-customers-deploy");
    const commands = text("aws-setup/README.md");
    expect(commands).not.to.contain("put-role-policy");
    const created = [...commands.matchAll(/create-role --role-name ecr-customers-(\w+)/g)];
    expect(created.map(([, name]) => name)).to.deep.equal(["deploy", "preview", "revoke"]);
  });
});
