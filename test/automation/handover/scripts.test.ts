/**
 * Proves that a bundle's shell scripts destroy nothing: each is run with only the tools that it names, with each
 * of them missing, with each of them failing, with an existing configuration, twice, and with every awk that is
 * installed. Each has a stand-in for aws, docker and kubectl.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { bundleFiles } from "../../../automation/handover/bundle";
import { COMMON_SCRIPTS, KEY_SCRIPTS } from "../../../automation/handover/scripts";
import { ACCOUNT, KEY_ID, keyFacts, SECRET } from "./support/samples";
import { CustomerMachine, type ShellRun } from "./support/shell";

const PROFILE = `ecr-${ACCOUNT}`;
const HOSTS = ["eu-central-1", "us-east-1"].map(
  (region) => `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com`,
);
const SCRIPTS = [...COMMON_SCRIPTS, ...KEY_SCRIPTS].map((name) => `${name}.sh`);
const FILES = bundleFiles(keyFacts());

/** The tools that a script checks for, from its own text. */
function toolsOf(script: string): string[] {
  const text = String(FILES.find(({ path }) => path === script)?.content);
  const [, names = ""] = /^for tool in (.+); do$/m.exec(text) ?? [];
  return names.split(" ").filter(Boolean);
}

/** A shell's own commands only, because a machine has no other tools than those of the test. */
const STAND_INS: Readonly<Record<string, string>> = {
  aws: 'echo "a password"',
  docker: '[ "$1" = login ] || exit 1; read -r password || [ "$password" = "a password" ]',
  kubectl: `case "$1 $2" in
"create secret") echo "a secret" ;;
"apply --server-side") read -r manifest && [ "$manifest" = "a secret" ] ;;
"create job") [ -e "$HOME/job" ] && exit 1; : > "$HOME/job" ;;
"delete job") [ ! -e "$HOME/job" ] || /bin/rm "$HOME/job" ;;
esac`,
  "docker-credential-ecr-login": "exit 0",
};

const CREDENTIALS = "# mine\n[default]\naws_access_key_id = A\n";
/** As docker writes it. */
const CONFIG = `{
	"auths": {
		"https://index.docker.io/v1/": {
			"auth": "dXNlcjp7InBhc3N3b3JkIn0="
		}
	},
	"credHelpers": {
		"gcr.io": "gcloud"
	},
	"HttpHeaders": {
		"Note": "a \\"quoted\\" brace }, and a backslash \\\\"
	}
}
`;

describe("the scripts of a bundle", () => {
  let machine: CustomerMachine;

  beforeEach(() => {
    machine = new CustomerMachine();
    machine.unpack(FILES);
    mkdirSync(join(machine.home, ".aws"));
    mkdirSync(join(machine.home, ".docker"));
  });
  afterEach(() => machine.remove());

  const credentials = () => join(machine.home, ".aws/credentials");
  const config = () => join(machine.home, ".docker/config.json");

  function writeConfigurations(): void {
    writeFileSync(credentials(), CREDENTIALS, { mode: 0o640 });
    writeFileSync(config(), CONFIG, { mode: 0o600 });
  }

  /** Leaves the machine with these tools and no others. */
  function onlyTools(names: readonly string[]): void {
    rmSync(machine.programs, { recursive: true });
    mkdirSync(machine.programs);
    for (const name of names) {
      const standIn = STAND_INS[name];
      if (standIn === undefined) symlinkSync(realPath(name), join(machine.programs, name));
      else machine.program(name, standIn);
    }
    machine.environment = { PATH: machine.programs };
  }

  /** Every file in the home directory, with its content and permissions. */
  function home(): Record<string, string> {
    const names = readdirSync(machine.home, { recursive: true }) as string[];
    return Object.fromEntries(
      names
        .map((name) => [name, join(machine.home, name)] as const)
        .filter(([, path]) => statSync(path).isFile())
        .map(([name, path]) => [
          name,
          `${(statSync(path).mode & 0o777).toString(8)} ${readFileSync(path, "latin1")}`,
        ]),
    );
  }

  for (const script of SCRIPTS) {
    describe(script, () => {
      const tools = toolsOf(script);

      it("needs only the tools that it names, and can be run twice", async () => {
        expect(tools).not.to.have.length(0);
        writeConfigurations();
        onlyTools(tools);
        expect(await machine.run(`./${script}`)).to.deep.include({ code: 0, stderr: "" });
        const once = home();
        expect(await machine.run(`./${script}`)).to.deep.include({ code: 0, stderr: "" });
        expect(home()).to.deep.equal(once);
      });

      it("can be run from another folder, through a path with spaces", async () => {
        onlyTools(tools);
        const folder = join(machine.root, "a folder");
        symlinkSync(machine.bundle, folder);
        const { code, stderr } = await machine.run(`"${folder}/${script}"`, "/");
        expect([code, stderr]).to.deep.equal([0, ""]);
      });

      for (const tool of tools) {
        it(`changes nothing without ${tool}, and says so`, async () => {
          writeConfigurations();
          const before = home();
          onlyTools(tools.filter((one) => one !== tool));
          const { code, stderr } = await machine.run(`./${script}`);
          expect([code, stderr]).to.deep.equal([
            1,
            `This script needs ${tool}, which is not installed. Nothing was changed.\n`,
          ]);
          expect(home()).to.deep.equal(before);
          expect(machine.calls).to.deep.equal([]);
        });

        it(`leaves every configuration whole when ${tool} fails`, async () => {
          writeConfigurations();
          onlyTools(tools);
          const before = home();
          rmSync(join(machine.programs, tool));
          machine.program(tool, "exit 1");
          const { code } = await machine.run(`./${script}`);
          if (code !== 0) expect(withoutCopies(home())).to.deep.equal(before);
          expect(readFileSync(credentials(), "utf8").startsWith(CREDENTIALS)).to.equal(true);
          expect(JSON.parse(readFileSync(config(), "utf8"))).to.deep.include({
            auths: (JSON.parse(CONFIG) as { auths: unknown }).auths,
          });
        });
      }
    });
  }

  it("are named with their tools in the README", () => {
    const readme = String(FILES.find(({ path }) => path === "README.md")?.content);
    const tools = new Set(SCRIPTS.flatMap(toolsOf));
    expect(tools.size).to.be.greaterThan(10);
    for (const tool of tools) expect(readme, tool).to.match(new RegExp(`\`${tool}\``));
    for (const script of SCRIPTS) expect(readme, script).to.contain(`./${script}`);
  });

  it("find nothing wrong with an empty secret but refuse it", async () => {
    writeConfigurations();
    const before = home();
    writeFileSync(join(machine.bundle, "secret-access-key"), "");
    const { code, stderr } = await machine.run("./configure.sh");
    expect([code, stderr]).to.deep.equal([
      1,
      "The file secret-access-key is empty. Nothing was changed.\n",
    ]);
    expect(home()).to.deep.equal(before);
  });

  describe("for docker's credential helper", () => {
    beforeEach(() => onlyTools(toolsOf("use-credential-helper.sh")));
    const run = () => machine.run("./use-credential-helper.sh");
    const backups = () =>
      readdirSync(join(machine.home, ".docker")).filter((name) => name.includes("backup"));
    const helpers = (hosts = HOSTS) =>
      hosts.map((host) => `\t\t"${host}": "ecr-login"`).join(",\n");

    it("add our registries, change nothing else, and keep the previous configuration", async () => {
      writeConfigurations();
      expect((await run()).stdout).to.contain(`kept in ${config()}.backup-1`);
      expect(readFileSync(config(), "utf8")).to.equal(
        CONFIG.replace('"gcr.io": "gcloud"', `"gcr.io": "gcloud",\n${helpers()}`),
      );
      expect(readFileSync(`${config()}.backup-1`, "utf8")).to.equal(CONFIG);
      expect(statSync(config()).mode & 0o777).to.equal(0o600);
      expect((await run()).stdout).to.contain("already. Nothing was changed.");
      expect(backups()).to.deep.equal(["config.json.backup-1"]);
    });

    it("never overwrite an earlier backup", async () => {
      writeFileSync(config(), CONFIG);
      writeFileSync(`${config()}.backup-1`, "theirs");
      expect((await run()).code).to.equal(0);
      expect(readFileSync(`${config()}.backup-1`, "utf8")).to.equal("theirs");
      expect(readFileSync(`${config()}.backup-2`, "utf8")).to.equal(CONFIG);
    });

    it("write a configuration where there is none, an empty one, or an empty object", async () => {
      for (const text of [undefined, "", "{}", " {\n}\n\n"]) {
        rmSync(config(), { force: true });
        if (text !== undefined) writeFileSync(config(), text);
        const { code, stderr } = await run();
        expect([code, stderr], text).to.deep.equal([0, ""]);
        expect(JSON.parse(readFileSync(config(), "utf8")), text).to.deep.equal({
          credHelpers: Object.fromEntries(HOSTS.map((host) => [host, "ecr-login"])),
        });
      }
      rmSync(join(machine.home, ".docker"), { recursive: true });
      expect((await run()).code, "without the folder").to.equal(0);
      expect(statSync(config()).mode & 0o777).to.equal(0o600);
    });

    it("replace another helper for our registries", async () => {
      writeFileSync(
        config(),
        JSON.stringify({ credHelpers: { [HOSTS[0] ?? ""]: "pass", a: "b" } }),
      );
      expect((await run()).code).to.equal(0);
      expect(JSON.parse(readFileSync(config(), "utf8"))).to.deep.equal({
        credHelpers: { a: "b", ...Object.fromEntries(HOSTS.map((host) => [host, "ecr-login"])) },
      });
    });

    it("keep a symbolic link, and use DOCKER_CONFIG", async () => {
      const elsewhere = join(machine.root, "elsewhere");
      mkdirSync(elsewhere);
      writeFileSync(join(elsewhere, "real.json"), CONFIG);
      symlinkSync("real.json", join(elsewhere, "config.json"));
      machine.environment = { ...machine.environment, DOCKER_CONFIG: elsewhere };
      expect((await run()).code).to.equal(0);
      expect(readFileSync(join(elsewhere, "real.json"), "utf8")).to.contain(helpers());
      expect(readdirSync(elsewhere).sort()).to.deep.equal([
        "config.json",
        "real.json",
        "real.json.backup-1",
      ]);
      expect(existsSync(config())).to.equal(false);
    });

    const invalid = [
      ...Array.from({ length: 60 }, (_, at) => CONFIG.slice(0, 1 + at * 5)),
      "[]",
      "null",
      '"text"',
      "{} {}",
      "{}}",
      `${CONFIG}x`,
      '{"credHelpers": null}',
      '{"credHelpers": []}',
      '{"credHelpers": "gcloud"}',
      '{"credHelpers": {"a": null}}',
      '{"credHelpers": {}, "credHelpers": {}}',
      '{"a": "unfinished',
      '{"a": "unfinished\\',
    ].filter((text) => text.length < CONFIG.length - 1 || !isJson(text));

    it("refuse a configuration that is cut off or not as docker writes it, and change nothing", async () => {
      expect(invalid).to.have.length.greaterThan(50);
      for (const text of invalid) {
        writeFileSync(config(), text);
        const { code, stderr } = await run();
        expect([code, readFileSync(config(), "utf8")], text).to.deep.equal([1, text]);
        expect(stderr).to.match(
          /^.*config\.json is not a JSON object as docker writes it\. Nothing/,
        );
      }
      expect(backups()).to.deep.equal([]);
    }).timeout(20_000);

    const awks = ["mawk", "gawk", "original-awk", "busybox", "awk"].filter(
      (name) => spawnSync("/bin/sh", ["-c", `command -v ${name}`]).status === 0,
    );
    for (const awk of awks) {
      it(`merge any JSON object as a JSON parser would, with ${awk}`, async () => {
        rmSync(join(machine.programs, "awk"));
        symlinkSync(realPath(awk), join(machine.programs, "awk"));
        const helper = fc.oneof(fc.constantFrom(...HOSTS), fc.string({ unit: "binary" }));
        const known = fc.dictionary(helper, fc.string({ unit: "binary" }), { maxKeys: 3 });
        const object = fc
          .tuple(fc.object({ maxDepth: 3 }), fc.option(known, { nil: undefined }))
          .map(([others, credHelpers]) => ({
            ...(JSON.parse(JSON.stringify(others)) as Record<string, unknown>),
            ...(credHelpers === undefined ? {} : { credHelpers: { ...credHelpers } }),
          }))
          .filter((all) => credHelpersOf(all) !== null);
        const space = fc.constantFrom(undefined, "\t", "   ");
        await fc.assert(
          fc.asyncProperty(object, space, async (before, indent) => {
            writeFileSync(config(), JSON.stringify(before, undefined, indent));
            const { code, stderr } = await run();
            expect([code, stderr]).to.deep.equal([0, ""]);
            const wanted = Object.fromEntries(HOSTS.map((host) => [host, "ecr-login"]));
            expect(JSON.parse(readFileSync(config(), "utf8"))).to.deep.equal({
              ...before,
              credHelpers: { ...credHelpersOf(before), ...wanted },
            });
          }),
          { numRuns: 15 },
        );
      }).timeout(60_000);
    }
  });

  it("store a key in a credentials file that is a link, has no last line end, or does not exist", async () => {
    onlyTools(toolsOf("configure.sh"));
    const ours = `[${PROFILE}]\naws_access_key_id = ${KEY_ID}\naws_secret_access_key = ${SECRET}\n`;
    const run = (): Promise<ShellRun> => machine.run("./configure.sh");
    expect((await run()).code).to.equal(0);
    expect(readFileSync(credentials(), "utf8")).to.equal(ours);
    expect(statSync(credentials()).mode & 0o777).to.equal(0o600);
    const dotfiles = join(machine.root, "dotfiles/aws");
    mkdirSync(dirname(dotfiles));
    writeFileSync(dotfiles, CREDENTIALS.trimEnd());
    chmodSync(dotfiles, 0o640);
    rmSync(credentials());
    symlinkSync("../../dotfiles/aws", credentials());
    expect((await run()).code).to.equal(0);
    expect(readFileSync(dotfiles, "utf8")).to.equal(CREDENTIALS + ours);
    expect(statSync(dotfiles).mode & 0o777).to.equal(0o640);
    const elsewhere = join(machine.root, "new/credentials");
    machine.environment = {
      ...machine.environment,
      AWS_SHARED_CREDENTIALS_FILE: "../new/credentials",
    };
    expect((await run()).code).to.equal(0);
    expect(readFileSync(elsewhere, "utf8")).to.equal(ours);
    // No copy with keys is left beside any of them.
    for (const file of [credentials(), dotfiles, elsewhere]) {
      const beside = readdirSync(dirname(file)).filter((name) => /new|backup/.test(name));
      expect(beside, file).to.deep.equal([]);
    }
  });
});

function realPath(tool: string): string {
  return execFileSync("/bin/sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim();
}

/** Without the copies that a script makes: one whose `rm` or `mv` fails leaves them. */
function withoutCopies(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).filter(([name]) => !/\.(new|backup)[.-]\d+$/.test(name)),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What a configuration says of helpers; null when that is not an object of texts. */
function credHelpersOf(config: Record<string, unknown>): Record<string, string> | null {
  const { credHelpers = {} } = config;
  if (typeof credHelpers !== "object" || credHelpers === null || Array.isArray(credHelpers))
    return null;
  const isText = Object.values(credHelpers).every((value) => typeof value === "string");
  return isText ? (credHelpers as Record<string, string>) : null;
}
