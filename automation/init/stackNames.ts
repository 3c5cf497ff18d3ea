// Names of what belongs to one stack, in a vendor's repository and in AWS.

/** A role, an environment or a file for each of several stacks needs a name for each. */
export interface StackNames {
  /** Folder of its roles and of the page about them. */
  setup: string;
  /** After the name of each of its workflows, and between the parts of its roles' names. */
  suffix: string;
  /** GitHub's environment of previews, and that of updates; `-exception` is added to the latter. */
  preview: string;
  production: string;
  /** Of the issue that the nightly run keeps. */
  issueLabel: string;
  /** After the names of GitHub's variables, which have letters, digits and `_` only. */
  variableSuffix: string;
}

/** The first stack's names are without the stack: most vendors have one. */
export const FIRST_STACK: StackNames = {
  setup: "aws-setup",
  suffix: "",
  preview: "preview",
  production: "production",
  issueLabel: "drift",
  variableSuffix: "",
};

export function furtherStack(stack: string): StackNames {
  return {
    setup: `aws-setup/${stack}`,
    suffix: `-${stack}`,
    preview: `preview-${stack}`,
    production: `deploy-${stack}`,
    issueLabel: `drift-${stack}`,
    variableSuffix: `_${stack.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`,
  };
}

/** Of an IAM role: `ecr-customers-deploy`, or `ecr-customers-stg-deploy`. @param use - e.g. `deploy`. */
export function roleName({ suffix }: StackNames, use: string): string {
  return `ecr-customers${suffix}-${use}`;
}
