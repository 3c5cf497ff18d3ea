import { hasUser, identitiesWithoutKey } from "../../src/customers/identity";
import { join, relative } from "node:path";
import type { StackConfig } from "../../src/config";
import type { Customer, HandOver, IsoDate } from "../../src/customers/model";
import { byGenerationAndStack, setHandedOver } from "../../src/customers/handedOver";
import { parseCustomer } from "../../src/customers/parse";
import { editCustomerFile } from "../files/customerFile";
import { KeyMaterialError, type KeyMaterial } from "../engine/keyMaterial";
import { UsageError } from "../output/usageError";
import {
  chooseGeneration,
  formerKeyOf,
  recordOf,
  requireAccess,
  requireFirstTime,
} from "./allowed";
import { bundleArchive } from "./bundle";
import { bundleName, openCommand } from "./commands";
import { type BundleFacts, bundleFacts } from "./facts";
import { randomPassphrase } from "./passphrase";
import { passphraseRecipient, publicKeyOf, type Recipient } from "./recipient";
import { discardBundle, writeBundle } from "./writeBundle";

/** What to hand over, and what that needs. */
export interface DeliveryRequest {
  customer: Customer;
  config: StackConfig;
  today: IsoDate;
  /** Folders, as absolute paths. */
  customersFolder: string;
  outFolder: string;
  /** The newest active key when undefined. */
  generation?: number;
  /** Write the bundle again, for the same public key. */
  again: boolean;
  /** CI logs keep what is printed, so no passphrase may be printed there. */
  inCi: boolean;
  /** @throws KeyMaterialError */
  readKey: (customer: string, generation: number) => Promise<KeyMaterial>;
}

/** What was handed over. Only the passphrase is secret. */
export interface Delivery {
  /** The bundle's path as it is shown. */
  file: string;
  /** The command with which the customer opens it. */
  open: string;
  generation?: number;
  key?: string;
  /** Whom it is encrypted for; undefined when it holds no secret. */
  to?: string;
  /** Must reach the customer by another channel than the file. */
  passphrase?: string;
  /** The record of the first hand-over, when this one repeats it. */
  before?: HandOver;
}

/**
 * Writes the customer's bundle. One with a key is encrypted and recorded in the customer's file. For a customer
 * with an AWS account of its own, or with tokens, it is the set-up alone, which holds no secret.
 *
 * @throws UsageError when the hand-over is not allowed or fails; nothing new is left on disk then.
 */
export async function deliver(request: DeliveryRequest): Promise<Delivery> {
  requireAccess(request.customer, request.today);
  return isAboutKey(request) ? deliverKey(request) : deliverSetup(request);
}

/**
 * Of a customer that moves from its key to another identity: the key if it is asked for by its generation, or
 * was never handed over; else the set-up.
 */
function isAboutKey({ customer, config, generation }: DeliveryRequest): boolean {
  const { awsAccount, oidc, keys, handedOver = [] } = customer;
  if (!hasUser(customer)) return false;
  if (awsAccount === undefined && oidc === undefined) return true;
  const isGiven = (one: number) =>
    handedOver.some(
      ({ generation: given, stack }) => given === one && (stack ?? config.stack) === config.stack,
    );
  const isNew = keys.some((key) => key.status === "active" && !isGiven(key.generation));
  return generation !== undefined || isNew;
}

async function deliverKey(request: DeliveryRequest): Promise<Delivery> {
  const { customer, config, today, again } = request;
  const generation = chooseGeneration(customer, request.generation);
  const { recipient, passphrase } = await recipientFor(customer, request.inCi);
  const material = await readActiveKey(request, generation);
  const record = recordOf(customer, generation, material.keyId);
  requireFirstTime(customer.id, record, recipient, again);

  const facts = bundleFacts(customer, config, { generation, material });
  const bytes = await recipient.encrypt(bundleArchive(facts, today));
  const former = record === undefined ? formerKeyOf(customer, generation, config.stack) : undefined;
  const written = write(request, facts, bytes, recipient, former);
  if (record === undefined) {
    try {
      const made = { stack: config.stack, generation, key: material.keyId, on: today };
      recordHandOver(request, { ...made, to: recipient.to });
    } catch (error) {
      // A key whose hand-over is not recorded could be handed over twice.
      discardBundle(written.path);
      throw error;
    }
  }
  const { file, open } = written;
  return {
    ...{ file, open, generation, key: material.keyId, to: recipient.to },
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(record === undefined ? {} : { before: record }),
  };
}

function deliverSetup(request: DeliveryRequest): Delivery {
  const { customer, config, today, generation } = request;
  if (generation !== undefined) {
    throw new UsageError(
      `${customer.id} has no key: it pulls with ${identitiesWithoutKey(customer)}`,
      "Leave out `--generation` to write its set-up.",
    );
  }
  const facts = bundleFacts(customer, config);
  const { file, open } = write(request, facts, bundleArchive(facts, today));
  return { file, open };
}

async function recipientFor(
  customer: Customer,
  inCi: boolean,
): Promise<{ recipient: Recipient; passphrase?: string }> {
  const publicKey = await publicKeyOf(customer);
  if (publicKey !== undefined) return { recipient: publicKey };
  if (inCi) {
    throw new UsageError(
      `${customer.id} has no public key, and a passphrase would stay in the CI log`,
      "Add the customer's `ageRecipient` or `pgpKey` to its file, or run this on your own machine.",
    );
  }
  const passphrase = randomPassphrase();
  return { recipient: passphraseRecipient(passphrase), passphrase };
}

async function readActiveKey(
  { customer: { id }, config: { stack }, readKey }: DeliveryRequest,
  generation: number,
): Promise<KeyMaterial> {
  const update = `Run \`ecr-customers up --stack ${stack}\` first.`;
  try {
    const material = await readKey(id, generation);
    if (material.status === "active") return material;
    throw new UsageError(`key ${generation} of ${id} is still inactive in AWS`, update);
  } catch (error) {
    if (!(error instanceof KeyMaterialError)) throw error;
    switch (error.kind) {
      case "notDeployed":
        throw new UsageError(`key ${generation} of ${id} is not in AWS yet`, update);
      case "withoutSecret":
        throw new UsageError(
          `the state holds no secret of key ${generation} of ${id}, and AWS returns a secret only once`,
          `Add a generation under \`keys\` of ${id}, update the stack, and hand that one over.`,
        );
      case "unreadable":
        throw new UsageError(
          "the engine exported a state that this version of ecr-customers cannot read",
          "Use the Pulumi version that made the last update, or a newer version of ecr-customers.",
        );
    }
  }
}

function write(
  { outFolder }: DeliveryRequest,
  facts: BundleFacts,
  bytes: Uint8Array,
  recipient?: Recipient,
  formerKey?: string,
) {
  const extension = recipient === undefined ? "" : `.${recipient.extension}`;
  const name = `${bundleName(facts)}.tar${extension}`;
  const path = join(outFolder, name);
  const file = relative(process.cwd(), path);
  writeBundle(path, bytes, file, formerKey);
  return { path, file, open: openCommand(name, recipient?.format ?? "plain") };
}

/**
 * Adds a record. It replaces one of the same generation of this stack, which was of another key. The file may
 * have records of other stacks besides.
 */
function recordHandOver(
  { customer: { id }, customersFolder }: DeliveryRequest,
  record: HandOver,
): void {
  editCustomerFile(customersFolder, id, (text) => {
    const { draft } = parseCustomer(text, id, id);
    const others = (draft?.customer.handedOver ?? []).filter(
      ({ stack, generation }) => stack !== record.stack || generation !== record.generation,
    );
    return setHandedOver(text, [...others, record].sort(byGenerationAndStack));
  });
}
