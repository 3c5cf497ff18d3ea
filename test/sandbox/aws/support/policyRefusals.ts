import { pullPolicy } from "./sandboxAws";

/** A repository policy that ECR refuses, and the constraint that it names. */
export interface PolicyRow {
  what: string;
  constraint: string;
  /** @param user a user that exists, with the path `/customers/`. */
  text(user: string): string;
}

const NOT_FOUND = "Principal not found";
const INVALID = "Invalid repository policy provided";
const ARN = "arn:aws:iam::123456789012";

function changed(change: (statement: Record<string, unknown>) => void) {
  return (user: string) => {
    const policy = JSON.parse(pullPolicy(`${ARN}:user/customers/${user}`)) as {
      Statement: Record<string, unknown>[];
    };
    for (const statement of policy.Statement) change(statement);
    return JSON.stringify(policy);
  };
}

export const POLICY_ROWS: PolicyRow[] = [
  {
    what: "a user that does not exist",
    constraint: NOT_FOUND,
    text: (user) => pullPolicy(`${ARN}:user/customers/${user}`, `${ARN}:user/customers/missing`),
  },
  {
    what: "a user without its path",
    constraint: NOT_FOUND,
    text: (user) => pullPolicy(`${ARN}:user/${user}`),
  },
  {
    what: "a user in another case",
    constraint: NOT_FOUND,
    text: (user) => pullPolicy(`${ARN}:user/customers/${user.toUpperCase()}`),
  },
  {
    what: "a role that does not exist",
    constraint: NOT_FOUND,
    text: () => pullPolicy(`${ARN}:role/nothing`),
  },
  {
    what: "a group",
    constraint: NOT_FOUND,
    text: () => pullPolicy(`${ARN}:group/customers`),
  },
  {
    what: "a unique id in place of an ARN",
    constraint: NOT_FOUND,
    text: () => pullPolicy("AIDACKCEVSQ6C2EXAMPLE"),
  },
  {
    what: "a * inside a principal's ARN",
    constraint: INVALID,
    text: () => pullPolicy(`${ARN}:user/customers/*`),
  },
  {
    what: "10,241 characters",
    constraint: "Member must have length less than or equal to 10240",
    text: (user) => pullPolicy(`${ARN}:user/customers/${user}`).padEnd(10_241),
  },
  { what: "a text that is not JSON", constraint: INVALID, text: () => "{" },
  {
    what: "a Resource element",
    constraint: INVALID,
    text: changed((statement) => (statement.Resource = "*")),
  },
  {
    what: "the action GetAuthorizationToken",
    constraint: INVALID,
    text: changed((statement) => (statement.Action = "ecr:GetAuthorizationToken")),
  },
  {
    what: "a statement without a principal",
    constraint: INVALID,
    text: changed((statement) => delete statement.Principal),
  },
  {
    what: "an empty list of principals",
    constraint: INVALID,
    text: changed((statement) => (statement.Principal = { AWS: [] })),
  },
];
