import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { installClients } from "../../../sandbox/clients/install";
import {
  customerKeys,
  type Key,
  OciClient,
  pushedDigest,
  type WebIdentity,
} from "../../../sandbox/ociClient";
import { SANDBOX } from "../../../sandbox/paths";
import type { Running } from "./withSandbox";

/** The first use on an empty machine installs and builds the clients. */
const INSTALLATION_MILLISECONDS = 5 * 60_000;

/** Machines with the real clients, each with a home of its own; gone after the suite. */
export class Machines {
  readonly #running: Running;
  readonly #root = mkdtempSync(join(tmpdir(), "ecr-customers-machines-"));
  #count = 0;

  constructor(running: Running) {
    this.#running = running;
  }

  /** A machine with a key, or with none. @param at - the loopback address that stands for where it is. */
  with(key?: Key, byName = false, at?: string): OciClient {
    this.#count += 1;
    const directory = join(this.#root, String(this.#count));
    return new OciClient(this.#running.sandbox, {
      directory,
      key,
      byName,
      ...(at === undefined ? {} : { at }),
    });
  }

  /** A machine that presents a token of the customer's issuer. */
  withToken(webIdentity: WebIdentity, byName = false): OciClient {
    this.#count += 1;
    const directory = join(this.#root, String(this.#count));
    return new OciClient(this.#running.sandbox, { directory, webIdentity, byName });
  }

  /** The customer's machine, one for each of its active keys. */
  async of(customer: string, at?: string): Promise<OciClient[]> {
    const keys = await customerKeys(this.#running.sandbox, customer);
    return keys.map((key) => this.with(key, false, at));
  }

  /** The customer's machine with a fresh login. */
  async loggedIn(customer: string, at?: string): Promise<OciClient> {
    const [machine] = await this.of(customer, at);
    if (machine === undefined) throw new Error(`${customer} has no key`);
    await expectLogin(machine);
    return machine;
  }

  /** The vendor's, logged in. */
  async vendor(): Promise<OciClient> {
    const machine = this.with(this.#running.sandbox.aws.credentials);
    await expectLogin(machine);
    return machine;
  }

  discard(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** Gives a suite machines to push and pull with; call it after `withSandbox`. */
export function withMachines(running: Running): Machines {
  const machines = new Machines(running);
  before(async function () {
    this.timeout(INSTALLATION_MILLISECONDS);
    await installClients(SANDBOX, running.sandbox.engine, (line) => console.log(`    ${line}`));
  });
  after(() => machines.discard());
  return machines;
}

export async function expectLogin(machine: OciClient): Promise<void> {
  const answer = await machine.login();
  expect(answer.code, answer.output).to.equal(0);
}

/** @returns the digest of what was pushed. */
export async function expectPush(machine: OciClient, image: string): Promise<string> {
  const answer = await machine.push(image, `This is ${image}.\n`);
  expect(answer.code, answer.output).to.equal(0);
  expect(pushedDigest(answer)).to.match(/^sha256:[0-9a-f]{64}$/);
  return pushedDigest(answer);
}

/** The pull succeeds, and what arrives is what the vendor pushed: manifest, configuration and layer. */
export async function expectPull(machine: OciClient, image: string, digest: string): Promise<void> {
  const { answer, image: pulled } = await machine.pull(image);
  expect(answer.code, answer.output).to.equal(0);
  expect(pulled?.digest).to.equal(digest);
  expect(pulled?.blobs).to.have.length(3).and.include(digest);
}

/** The pull fails with that message. */
export async function expectNoPull(
  machine: OciClient,
  image: string,
  message: string | RegExp,
): Promise<void> {
  const { answer } = await machine.pull(image);
  expect(answer.code, answer.output).to.be.greaterThan(0);
  if (typeof message === "string") expect(answer.stderr).to.include(message);
  else expect(answer.stderr).to.match(message);
}
