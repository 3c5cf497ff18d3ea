// The import rules are DESIGN §3's table: which room may use which.
import tseslint from "typescript-eslint";

/** Forbids a room the modules that its row of the table does not allow. */
function room(files, { allow = [], why }) {
  return {
    files,
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: `^(?!(?:${allow.join("|")})$)`, message: why }] },
      ],
    },
  };
}

/** What runs at a vendor's: held to the strictest rules. */
const SHIPPED = ["src/**/*.ts", "automation/**/*.ts", "index.ts"];

const AUTOMATION_API = "@pulumi/pulumi/automation";

export default tseslint.config(
  { ignores: ["node_modules", ".sandbox"] },
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
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
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
    files: ["src/**/*.ts", "automation/**/*.ts", "index.ts"],
    ignores: ["automation/cli.ts"],
    rules: { "no-console": "error" },
  },
  {
    // The clock enters once, at the edge, as a value.
    files: ["src/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "NewExpression[callee.name='Date'][arguments.length=0], MemberExpression[object.name='Date'][property.name='now']",
          message: "Take `today` as a value.",
        },
      ],
    },
  },
  room(["src/*.ts", "src/customers/**/*.ts", "src/yaml/**/*.ts"], {
    allow: [
      "node:fs(/promises)?",
      "node:path",
      "@scure/base",
      "yaml",
      "zod",
      "(\\.{1,2}/)+(?!(stack|automation|sandbox)/)[^.].*",
    ],
    why: "src/problem and src/customers use node fs and path, @scure/base, yaml and zod only (DESIGN §3).",
  }),
  room(["src/access/**/*.ts"], {
    allow: ["node:crypto", "\\./[A-Za-z]+", "\\.\\./(counted|customers/model)"],
    why: "src/access is pure and uses customers/model only (docs/architecture.md, Rooms).",
  }),
  room(["src/account/**/*.ts"], {
    allow: ["\\./[A-Za-z]+", "\\.\\./access/[A-Za-z]+", "\\.\\./(counted|customers/model)"],
    why: "src/account is pure and uses src/access and customers/model only (docs/architecture.md, Rooms).",
  }),
  room(["src/stack/**/*.ts", "index.ts"], {
    allow: [
      "@pulumi/pulumi",
      "@pulumi/aws/(iam|ecr|provider)(/.*)?",
      "@pulumi/awsx(/.*)?",
      "node:path",
      "\\./[A-Za-z]+",
      "\\./src/.*",
      "\\.\\./(access|customers|config|problem|printable|project)(/.*)?",
    ],
    why: "src/stack declares with @pulumi/pulumi, aws/iam, aws/ecr, awsx and src/* only (DESIGN §3).",
  }),
  {
    files: ["automation/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "/sandbox(/|$)", message: "The script never uses the sandbox (DESIGN §3)." },
            { regex: "^@pulumi/awsx?(/|$)", message: "Resources belong to src/stack (DESIGN §3)." },
            {
              regex: `^${AUTOMATION_API}`,
              message: "Only automation/engine uses it.",
            },
            { regex: "^@aws-sdk/", message: "Only automation/aws uses it." },
            { regex: "^@cloud-copilot/", message: "AGPL: an oracle for tests, never shipped." },
          ],
        },
      ],
    },
  },
  {
    files: ["automation/engine/**/*.ts", "automation/aws/**/*.ts"],
    rules: { "no-restricted-imports": "off" },
  },
);
