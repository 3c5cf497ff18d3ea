/**
 * Proves that what `npm ci` installs is what was reviewed: each package by its hash, none from another
 * place than npm's registry, and that no package runs a script of its own while it is installed. That
 * the code in those packages is good is not proved.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "..");
const REGISTRY = "https://registry.npmjs.org/";

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  inBundle?: boolean;
  hasInstallScript?: boolean;
}

type Lockfile = Readonly<Record<string, Locked>>;

/** Packages that would run a script if they were let: one more, or one new, is a reason to look. */
const WITH_INSTALL_SCRIPT = [
  "node_modules/@pulumi/docker-build", // would fetch a plugin that only other awsx components need
  "node_modules/docker-classic", // the same
  "node_modules/esbuild", // would check its own binary, which comes as a package
  "node_modules/protobufjs", // would warn of versions
  "node_modules/tree-sitter-powershell", // would build a native parser; the tests use the WebAssembly one
];

/** What is wrong with a lockfile's packages; empty when nothing is. */
function lockfileProblems(packages: Lockfile): string[] {
  return Object.entries(packages).flatMap(([path, { integrity = "", resolved, link }]) => {
    if (path === "") return [];
    return [
      ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity) ? [] : [`${path}: no hash`]),
      ...(resolved === undefined || resolved.startsWith(REGISTRY)
        ? []
        : [`${path}: from ${resolved}`]),
      ...(link === true ? [`${path}: a link`] : []),
    ];
  });
}

describe("package-lock.json", () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Lockfile;
  };

  it("pins every package by its hash, from npm's registry only", () => {
    expect(Object.keys(packages).length).to.be.greaterThan(100);
    expect(lockfileProblems(packages)).to.deep.equal([]);
  });

  it("names the packages with an install script that were looked at", () => {
    const found = Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path);
    expect(found).to.deep.equal(WITH_INSTALL_SCRIPT);
  });

  it("fails the check when a package has no hash, a weak one, or comes from elsewhere", () => {
    const good = packages["node_modules/yaml"] ?? {};
    const problems = (change: Locked) =>
      lockfileProblems({ "node_modules/yaml": { ...good, ...change } });
    expect(problems({})).to.deep.equal([]);
    expect(problems({ resolved: `${REGISTRY}yaml/-/yaml-2.9.1.tgz` })).to.deep.equal([]);
    expect(problems({ integrity: undefined })).to.have.length(1);
    expect(problems({ integrity: "sha1-AAAA" })).to.have.length(1);
    expect(problems({ link: true })).to.have.length(1);
    for (const resolved of [
      "https://evil.example/yaml.tgz",
      "https://registry.npmjs.org.evil.example/yaml.tgz",
      "http://registry.npmjs.org/yaml.tgz",
      "git+ssh://git@github.com/eemeli/yaml.git",
      "file:../yaml",
    ]) {
      expect(problems({ resolved }), resolved).to.have.length(1);
    }
  });
});

describe(".npmrc", () => {
  const lines = readFileSync(join(ROOT, ".npmrc"), "utf8").trim().split("\n");

  it("lets no package run a script at its installation, and takes exact versions", () => {
    expect(lines).to.include.members(["ignore-scripts=true", "save-exact=true"]);
  });

  it("names no registry and no credentials", () => {
    expect(lines.filter((line) => /registry|auth|token|password/i.test(line))).to.deep.equal([]);
  });
});

describe("package.json", () => {
  it("asks for exact versions", () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(ROOT, "package.json"), "utf8"),
    ) as Record<string, Record<string, string>>;
    const versions = Object.entries({ ...dependencies, ...devDependencies });
    expect(versions).not.to.have.length(0);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).to.deep.equal([]);
  });
});
