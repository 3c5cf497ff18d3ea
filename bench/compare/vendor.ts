import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT } from "../../sandbox/paths";
import { SANDBOX_ACCOUNT, SANDBOX_REGION } from "../../sandbox/sandbox";
import { ProblemsError } from "../../src/problem";
import { loadProject, type StackInput } from "../../src/project";

export const STACK = "bench";

/** A repository policy holds 10,240 characters, which is about 180 of these customers. */
const CUSTOMERS_PER_REPOSITORY = 150;
const LEAST_REPOSITORIES = 10;

/** Customers who share an OIDC issuer: AWS allows 100 issuers in an account. */
const CUSTOMERS_PER_ISSUER = 40;

/**
 * A fictional vendor on disk: settings and customer files, the same for every contestant. Each customer
 * pulls one repository with one key, or every other one with OIDC tokens; every tenth has a distant end date.
 */
export class Vendor {
  readonly directory: string;
  readonly repositories: readonly string[];
  #last = 0;
  readonly #today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);

  /**
   * @param cells - over how many stacks this project spreads the customers; one by default.
   * @param halfOidc - whether every other customer has OIDC tokens instead of a key: among them the one that is added,
   * if the count is even, and the one that is suspended.
   */
  constructor(
    readonly count: number,
    cells?: number,
    readonly halfOidc = false,
  ) {
    this.directory = mkdtempSync(join(tmpdir(), "ecr-customers-bench-"));
    const repositories = Math.max(LEAST_REPOSITORIES, Math.ceil(count / CUSTOMERS_PER_REPOSITORY));
    this.repositories = Array.from({ length: repositories }, (_, index) => `image-${index + 1}`);
    copyFileSync(join(PROJECT, "Pulumi.yaml"), join(this.directory, "Pulumi.yaml"));
    const settings = [
      "config:",
      `  aws:region: ${SANDBOX_REGION}`,
      `  ecr-customers:account: "${SANDBOX_ACCOUNT}"`,
      ...(cells === undefined ? [] : [`  ecr-customers:cells: ${cells}`]),
      "  ecr-customers:repositories:",
      ...this.repositories.map((name) => `    ${name}: {}`),
      "",
    ];
    writeFileSync(join(this.directory, `Pulumi.${STACK}.yaml`), settings.join("\n"));
    mkdirSync(this.customers);
    for (let made = 0; made < count; made++) this.addOne();
  }

  get customers(): string {
    return join(this.directory, "customers");
  }

  /** @returns the id of the new customer. */
  addOne(): string {
    this.#last += 1;
    this.#write(this.#last);
    return idOf(this.#last);
  }

  /** @returns the id of the customer, which had access before. */
  suspendOne(): string {
    // Not a tenth one: it must have no deny policy yet.
    const number = Math.floor(this.count / 20) * 10 + 1;
    this.#write(number, "status: suspended");
    return idOf(number);
  }

  /** @returns the id of the removed customer. */
  removeOne(): string {
    const number = Math.floor(this.count / 20) * 10 + 2;
    rmSync(this.#file(number));
    return idOf(number);
  }

  /** @throws ProblemsError when this class has written something wrong. */
  load(): StackInput {
    const { input, problems } = loadProject(this.directory, STACK, this.#today);
    if (input === undefined) throw new ProblemsError(problems);
    return input;
  }

  discard(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #write(number: number, ...more: string[]): void {
    const repository = this.repositories[number % this.repositories.length];
    const lines = [
      `name: Customer Number ${number} GmbH`,
      `repositories: [${repository}]`,
      ...more,
    ];
    if (this.halfOidc && number % 2 === 1) lines.push(identityOf(number));
    if (number % 10 === 0) lines.push("expires: 2099-12-31");
    writeFileSync(this.#file(number), `${lines.join("\n")}\n`);
  }

  #file(number: number): string {
    return join(this.customers, `${idOf(number)}.yaml`);
  }
}

function identityOf(number: number): string {
  const issuer = `https://oidc.example/id/${Math.ceil(number / CUSTOMERS_PER_ISSUER)}`;
  const subject = `system:serviceaccount:${idOf(number)}:puller`;
  return `identity: { oidc: { issuer: "${issuer}", audience: sts.amazonaws.com, subjects: ["${subject}"] } }`;
}

function idOf(number: number): string {
  return `c${String(number).padStart(5, "0")}`;
}
