import { rmSync } from "node:fs";
import { join } from "node:path";
import { roleArn as iamRoleArn } from "../src/access/arns";
import { SandboxError } from "./aws/sandboxError";
import { tryToInstallClients } from "./clients/install";
import { customerKeys, OciClient, pushedDigest } from "./ociClient";
import { SANDBOX } from "./paths";
import { type Sandbox, SANDBOX_ACCOUNT } from "./sandbox";
import type { Progress, ToolAnswer } from "./tool";

const IMAGE = "edge-agent:1.0";

/** A token of a customer's issuer, and whom it says it is for. */
export interface SignedToken {
  subject: string;
  token: string;
}

/** The part of the demo that uses the customers' own programs, `aws` and `crane`. */
export class DemoPulls {
  readonly #sandbox: Sandbox;
  readonly #say: Progress;
  readonly #machines = join(SANDBOX, "demo-machines");
  #digest = "";

  private constructor(sandbox: Sandbox, say: Progress) {
    this.#sandbox = sandbox;
    this.#say = say;
    rmSync(this.#machines, { recursive: true, force: true });
  }

  /** @returns undefined when the programs cannot be installed; that is reported, and the demo continues without them. */
  static async prepare(sandbox: Sandbox, say: Progress): Promise<DemoPulls | undefined> {
    const indented = (line: string) => say(`  ${line}`);
    const can = await tryToInstallClients(SANDBOX, sandbox.engine, indented);
    return can ? new DemoPulls(sandbox, say) : undefined;
  }

  async vendorPushes(): Promise<void> {
    const vendor = this.#machine("vendor", this.#sandbox.aws.credentials);
    succeeded(await vendor.login(), "the vendor's login");
    const pushed = await vendor.push(IMAGE, "The vendor's software.\n");
    succeeded(pushed, "the vendor's push");
    this.#digest = pushedDigest(pushed);
    this.#say(`  the vendor pushes ${IMAGE}: ${this.#digest}`);
  }

  /** Gives the customer a machine with its key, and logs in there. */
  async logIn(customer: string): Promise<OciClient> {
    const [key] = await customerKeys(this.#sandbox, customer);
    const machine = this.#machine(customer, key);
    succeeded(await machine.login(), `${customer}'s login`);
    this.#say(`  ${customer} logs in: aws ecr get-login-password | crane auth login`);
    return machine;
  }

  /** Gives the customer a machine with a token of its issuer and no key, and logs in there. */
  async logInWithToken(customer: string, shown: SignedToken): Promise<OciClient> {
    const machine = this.#machineWith(customer, shown);
    succeeded(await machine.login(), `${customer}'s login with a token`);
    this.#say(`  ${customer} has no key: its own issuer signs a token for ${shown.subject}`);
    this.#say(
      `  ${customer} logs in: aws ecr get-login-password | crane auth login, where \`aws\``,
    );
    this.#say("    exchanges the token of AWS_WEB_IDENTITY_TOKEN_FILE (AssumeRoleWithWebIdentity)");
    return machine;
  }

  /** A login that must fail, because the role does not trust the token. */
  async tokenRefused(customer: string, shown: SignedToken): Promise<void> {
    const { code, stderr, output } = await this.#machineWith(customer, shown).login();
    const denied = /An error occurred \(AccessDenied\).*/.exec(stderr)?.[0];
    if (code === 0 || denied === undefined) {
      throw defect(`a token for ${shown.subject} was not refused: ${output || "it succeeded"}`);
    }
    this.#say(`  with the same issuer's token for ${shown.subject}, the login reads`);
    this.#say(`    ${denied}`);
  }

  async pull(customer: string, machine: OciClient): Promise<void> {
    const { answer, image } = await machine.pull(IMAGE);
    succeeded(answer, `${customer}'s pull`);
    if (image?.digest !== this.#digest) {
      throw defect(`${customer} got ${image?.digest ?? "nothing"} instead of ${this.#digest}`);
    }
    this.#say(`  ${customer} pulls ${IMAGE}: ${image.digest}, the vendor's`);
  }

  /** A pull that must fail, reported in the words that the customer sees. */
  async refused(customer: string, machine: OciClient): Promise<void> {
    const { answer } = await machine.pull(IMAGE);
    const denied = /DENIED: .*/.exec(answer.stderr)?.[0];
    if (answer.code === 0 || denied === undefined) {
      throw defect(`${customer}'s pull was not denied: ${answer.output || "it succeeded"}`);
    }
    this.#say(`  ${customer} pulls ${IMAGE} with its login from before the suspension, and reads`);
    this.#say(`    ${denied}`);
  }

  #machineWith(customer: string, { token }: SignedToken): OciClient {
    const { region } = this.#sandbox.aws;
    const roleArn = iamRoleArn({ account: SANDBOX_ACCOUNT, region }, customer);
    const directory = join(this.#machines, customer);
    return new OciClient(this.#sandbox, { directory, webIdentity: { roleArn, token } });
  }

  #machine(name: string, key: OciClient["key"]): OciClient {
    return new OciClient(this.#sandbox, { directory: join(this.#machines, name), key });
  }
}

function succeeded({ code, output }: ToolAnswer, what: string): void {
  if (code !== 0) throw defect(`${what} failed: ${output.trim()}`);
}

function defect(message: string): SandboxError {
  return new SandboxError(message, "This is a bug in ecr-customers: please report it.");
}
