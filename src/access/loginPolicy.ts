import type { PolicyDocument } from "./model";

/** Name of the managed policy, before the stack's prefix. */
export const LOGIN_POLICY_NAME = "AmazonEC2ContainerRegistryLogin";

/**
 * Lets its holder ask for a docker login token, and nothing else. The action knows no resource,
 * so `*` (Service Authorization Reference, "Actions defined by Amazon ECR").
 */
export function loginPolicy(): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Login",
        Effect: "Allow",
        Action: "ecr:GetAuthorizationToken",
        Resource: "*",
      },
    ],
  };
}
