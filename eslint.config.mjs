// Which room may use which packages and which other rooms: the table of docs/architecture.md, "Rooms".
// Import cycles are looked for by test/rooms.test.ts: import-x/no-cycle takes as long as all other
// rules together.
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

const ROOMS_PAGE = "See docs/architecture.md, Rooms.";

/**
 * The rooms of `automation/`, lowest first. A room uses itself and those before it, never a
 * neighbour of its own line. A folder that is missing here may be used by no other room.
 */
const AUTOMATION = [
  ["output"],
  ["files", "aws"],
  ["engine"],
  ["cli"],
  ["compare"],
  ["plan", "pulls"],
  ["update"],
  ["cells"],
  ["keys"],
  ["adopt", "doctor", "github", "handover", "init", "sales"],
  ["history", "notices"],
  ["renewals"],
  ["report"],
  ["commands"],
];

/** The rooms of `automation/sales/`, lowest first; its own files may use all of them. */
const SALES = [["reading"], ["mapping"], ["records"]];

/** Refuses `target` every file below `from` but those of the folders that it may use. */
function only(target, from, uses) {
  const allowed = uses.length === 0 ? "no other room of it" : uses.join(", ");
  return {
    target: `./${target}`,
    from: `./${from}`,
    except: [
      ...uses,
      ...(target.startsWith(`${from}/`) ? [target.slice(from.length + 1)] : []),
    ].map((folder) => `./${folder}`),
    message: `${target} may use of ${from}/: ${allowed}. ${ROOMS_PAGE}`,
  };
}

/** A zone for each of the rooms in `folder`, which are listed lowest first. */
function ranked(folder, ranks) {
  return ranks.flatMap((rooms, rank) =>
    rooms.map((name) => only(`${folder}/${name}`, folder, ranks.slice(0, rank).flat())),
  );
}

/** Refuses `targets` every file of the folders. */
function never(targets, folders) {
  return {
    target: targets.map((target) => `./${target}`),
    from: folders.map((folder) => `./${folder}`),
    message: `${targets.join(", ")} may not use it. ${ROOMS_PAGE}`,
  };
}

const ZONES = [
  never(["src", "index.ts"], ["automation", "sandbox", "scripts", "bench", "test"]),
  never(["automation"], ["index.ts", "sandbox", "scripts", "bench", "test"]),
  never(["scripts"], ["sandbox", "bench", "test"]),
  never(["sandbox"], ["scripts", "bench", "test"]),
  never(["bench"], ["test"]),
  ...ranked("automation", AUTOMATION),
  {
    target: "./automation/commands/*.ts",
    from: "./automation/commands",
    message: `A command uses no other command: what two of them need belongs below. ${ROOMS_PAGE}`,
  },
  ...ranked("automation/sales", SALES),
  only("sandbox/aws", "sandbox", []),
  only("sandbox/provider", "sandbox", []),
  only("sandbox/registry", "sandbox", ["aws"]),
];

/** Refuses files of a room the modules that match, however they are imported. */
function refuse(files, refusals, alsoRefused = []) {
  return {
    files,
    rules: {
      "no-restricted-imports": ["error", { patterns: refusals }],
      "no-restricted-syntax": [
        "error",
        ...refusals.map(({ regex, message }) => ({
          selector: `ImportExpression[source.value=/${regex.replaceAll("/", "\\/")}/]`,
          message,
        })),
        ...alsoRefused,
      ],
    },
  };
}

/** Refuses a room of `src/` every module that its row of the table does not allow. */
function room(files, { allow, why, alsoRefused }) {
  return refuse(files, [{ regex: `^(?!(?:${allow.join("|")})$)`, message: why }], alsoRefused);
}

/** The clock enters once, at the edge, as a value. */
const CLOCK = {
  selector:
    "NewExpression[callee.name='Date'][arguments.length=0], MemberExpression[object.name='Date'][property.name='now']",
  message: "Take `today` as a value.",
};

/** What runs at a vendor's: held to the strictest rules. */
const SHIPPED = ["src/**/*.ts", "automation/**/*.ts", "index.ts"];

const AUTOMATION_API = {
  regex: "^@pulumi/pulumi/automation",
  message: "Only automation/engine uses the Automation API.",
};
const AWS_SDK = { regex: "^@aws-sdk/", message: "Only automation/aws uses AWS's SDK." };
const NOT_IN_AUTOMATION = [
  { regex: "^@pulumi/awsx?(/|$)", message: "Resources are declared in src/stack." },
  { regex: "^@cloud-copilot/", message: "AGPL: an oracle for tests, never shipped." },
];

export default tseslint.config(
  { ignores: ["node_modules", ".sandbox", "dist", "template"] },
  ...tseslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: SHIPPED })),
  {
    files: SHIPPED,
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["**/*.ts"],
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [
        createNodeResolver({ extensions: [".ts"], extensionAlias: { ".js": [".ts", ".js"] } }),
      ],
    },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones: ZONES, basePath: import.meta.dirname }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_$" },
      ],
      eqeqeq: "error",
    },
  },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
  {
    files: SHIPPED,
    ignores: ["automation/cli.ts"],
    rules: { "no-console": "error" },
  },
  room(["src/*.ts", "src/customers/**/*.ts", "src/yaml/**/*.ts"], {
    allow: [
      "node:fs(/promises)?",
      "node:path",
      "node:net",
      "@scure/base",
      "ipaddr\\.js",
      "yaml",
      "zod",
      "(\\.{1,2}/)+(?!(stack|automation|sandbox)/)[^.].*",
    ],
    why: `src/problem, src/yaml and src/customers use node's fs, path and net, @scure/base, ipaddr.js, yaml and zod only. ${ROOMS_PAGE}`,
    alsoRefused: [CLOCK],
  }),
  room(["src/access/**/*.ts"], {
    allow: ["node:crypto", "\\./[A-Za-z]+", "\\.\\./(cidr|counted|customers/(model|identity))"],
    why: `src/access is pure and uses customers/model and customers/identity only. ${ROOMS_PAGE}`,
    alsoRefused: [CLOCK],
  }),
  room(["src/account/**/*.ts"], {
    allow: [
      "\\./[A-Za-z]+",
      "\\.\\./access/[A-Za-z]+",
      "\\.\\./(counted|customers/(model|identity))",
    ],
    why: `src/account is pure and uses src/access, customers/model and customers/identity only. ${ROOMS_PAGE}`,
    alsoRefused: [CLOCK],
  }),
  room(["src/adopt/**/*.ts"], {
    allow: [
      "\\./[A-Za-z]+",
      "\\.\\./(access|account)/[A-Za-z]+",
      "\\.\\./(counted|customers/(model|newId|newText))",
    ],
    why: `src/adopt is pure and uses src/access, src/account and of src/customers the model, ids and new files only. ${ROOMS_PAGE}`,
    alsoRefused: [CLOCK],
  }),
  room(["src/history/**/*.ts"], {
    allow: ["\\./[A-Za-z]+", "\\.\\./access/[A-Za-z]+", "\\.\\./customers/(model|isoDate)"],
    why: `src/history is pure and uses src/access and of src/customers the model and dates only. ${ROOMS_PAGE}`,
    alsoRefused: [CLOCK],
  }),
  room(["src/notices/**/*.ts"], {
    allow: [
      "\\./[A-Za-z]+",
      "\\.\\./access/[A-Za-z]+",
      "\\.\\./(counted|customers/(model|identity|isoDate))",
    ],
    why: `src/notices is pure and uses src/access and of src/customers the model, identities and dates only. ${ROOMS_PAGE}`,
    alsoRefused: [CLOCK],
  }),
  room(["src/pulls/**/*.ts"], {
    allow: [
      "\\./[A-Za-z]+",
      "\\.\\./access/[A-Za-z]+",
      "\\.\\./customers/(model|identity|isoDate)",
    ],
    why: `src/pulls is pure and uses src/access and of src/customers the model, identities and dates only. ${ROOMS_PAGE}`,
    alsoRefused: [CLOCK],
  }),
  room(["src/renewals/**/*.ts"], {
    allow: [
      "\\./[A-Za-z]+",
      "\\.\\./access/[A-Za-z]+",
      "\\.\\./(history/model|notices/days)",
      "\\.\\./customers/(model|isoDate)",
    ],
    why: `src/renewals is pure and uses src/access, src/history/model and of src/customers the model and dates only. ${ROOMS_PAGE}`,
    alsoRefused: [CLOCK],
  }),
  room(["src/report/**/*.ts"], {
    allow: [
      // The hashes of the page's script and style.
      "node:crypto",
      "\\./[A-Za-z]+",
      "\\.\\./(access|history)/[A-Za-z]+",
      "\\.\\./(counted|printable|customers/model|notices/days)",
    ],
    why: `src/report is pure and uses src/access, src/history and customers/model only. ${ROOMS_PAGE}`,
    alsoRefused: [CLOCK],
  }),
  room(["src/stack/**/*.ts"], {
    allow: [
      "@pulumi/pulumi",
      "@pulumi/aws/(iam|ecr|provider)(/.*)?",
      "@pulumi/awsx(/.*)?",
      // Loaded by readPolicy.ts, for the look at a policy before a plain `pulumi up` writes it.
      "@aws-sdk/client-ecr",
      // Loaded by assumedRole.ts, when the settings name roles to assume.
      "@aws-sdk/client-sts",
      "node:path",
      "\\./[A-Za-z]+",
      "\\.\\./[A-Za-z]+(/[A-Za-z]+)?",
    ],
    why: `src/stack uses @pulumi/pulumi, aws/iam, aws/ecr, awsx, AWS's ECR and STS clients and src/* only. ${ROOMS_PAGE}`,
    alsoRefused: [CLOCK],
  }),
  room(["src/program.ts"], {
    allow: ["@pulumi/pulumi", "\\./.*"],
    why: `src/program.ts uses @pulumi/pulumi and src/* only. ${ROOMS_PAGE}`,
  }),
  room(["src/recordedRepositories.ts"], {
    allow: ["node:child_process", "node:util", "\\./.*"],
    why: `src/recordedRepositories.ts starts pulumi to read the stack's outputs, and uses src/* only. ${ROOMS_PAGE}`,
  }),
  room(["index.ts"], {
    allow: ["\\./src/program"],
    why: `index.ts uses src/program only. ${ROOMS_PAGE}`,
  }),
  refuse(["automation/**/*.ts"], [...NOT_IN_AUTOMATION, AUTOMATION_API, AWS_SDK]),
  refuse(["automation/engine/**/*.ts"], [...NOT_IN_AUTOMATION, AWS_SDK]),
  refuse(["automation/aws/**/*.ts"], [...NOT_IN_AUTOMATION, AUTOMATION_API]),
);
