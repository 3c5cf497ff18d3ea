import type { AccountContext } from "./context";
import { customersWords, deltas, ofCustomer, type Found } from "./deviation";
import type { ObservedCredential } from "./observed";

/** A password for the AWS console: customers have none. */
export function userLoginProfile(context: AccountContext): Found[] {
  return context.present
    .filter(({ user }) => user.hasLoginProfile === true)
    .map(({ customer: { id }, user: { name } }) => ({
      ...ofCustomer(id),
      what: `user ${name} has a password for the AWS console, which no file declares`,
      ...deltas([{ who: customersWords([id]), what: "sign in to the AWS console" }], []),
      repair: "update" as const,
      removal: { kind: "password" as const, user: name },
      wayOut: "Find out in CloudTrail (CreateLoginProfile) who set it.",
    }));
}

/** What a user can authenticate with beside keys and password. */
export function userOtherCredential(context: AccountContext): Found[] {
  return context.present.flatMap(({ customer: { id }, user: { name, otherCredentials = [] } }) =>
    otherCredentials.map((credential) => ({
      ...ofCustomer(id),
      what: `user ${name} has ${credentialWords(credential)}, which no file declares`,
      repair: "operator" as const,
      wayOut: `Find out in CloudTrail who created it, then remove it: \`${removal(name, credential)}\`.`,
    })),
  );
}

function credentialWords({ kind, id, service, status }: ObservedCredential): string {
  const what = {
    "mfa-device": "an MFA device",
    "service-specific": `a service-specific credential${service === undefined ? "" : ` for ${service}`}`,
    "signing-certificate": "a signing certificate",
    "ssh-key": "an SSH public key",
  }[kind];
  const details = [id, status].filter((one) => one !== undefined).join(", ");
  return details === "" ? what : `${what} (${details})`;
}

function removal(user: string, { kind, id }: ObservedCredential): string {
  const named = `--user-name ${user}`;
  const which = id ?? "…";
  return {
    "mfa-device": `aws iam deactivate-mfa-device ${named} --serial-number ${which}`,
    "service-specific": `aws iam delete-service-specific-credential ${named} --service-specific-credential-id ${which}`,
    "signing-certificate": `aws iam delete-signing-certificate ${named} --certificate-id ${which}`,
    "ssh-key": `aws iam delete-ssh-public-key ${named} --ssh-public-key-id ${which}`,
  }[kind];
}
