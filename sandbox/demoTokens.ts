import type { StackInput } from "../src/project";
import type { DemoPulls } from "./demoPulls";
import { startOidcIssuer } from "./oidcIssuer";
import type { Sandbox } from "./sandbox";

/** Its file names an issuer, an audience and a subject. */
const CUSTOMER = "cyberdyne";

/** Of the same issuer, and in no customer's file. */
const INTRUDER = "system:serviceaccount:default:intruder";

/**
 * The part of the demo about a customer without a key: its own issuer signs a token, AWS exchanges that for a session of the
 * customer's role, and the session pulls. A token of the same issuer for another subject is refused.
 *
 * @throws SandboxError when AWS answers otherwise.
 */
export async function showTokens(
  { customers }: StackInput,
  { front }: Sandbox,
  pulls: DemoPulls,
): Promise<void> {
  const oidc = customers.find(({ id }) => id === CUSTOMER)?.oidc;
  if (oidc === undefined) throw new Error(`${CUSTOMER} has no \`oidc\` in its file`);
  const { audience, subjects } = oidc;
  const issuer = await startOidcIssuer(oidc.issuer);
  front.oidcIssuers.serve(oidc.issuer, issuer.address);
  try {
    for (const subject of subjects) {
      const token = await issuer.token({ subject, audience });
      await pulls.pull(CUSTOMER, await pulls.logInWithToken(CUSTOMER, { subject, token }));
    }
    const token = await issuer.token({ subject: INTRUDER, audience });
    await pulls.tokenRefused(CUSTOMER, { subject: INTRUDER, token });
  } finally {
    await issuer.stop();
  }
}
