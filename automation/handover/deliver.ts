import { join, relative } from "node:path";
import type { StackConfig } from "../../src/config";
import type { Customer, HandOver, IsoDate } from "../../src/customers/model";
import { setHandedOver } from "../../src/customers/write";
import { editCustomerFile } from "../files/customerFile";
import { KeyMaterialError, type KeyMaterial } from "../engine/keyMaterial";
import { UsageError } from "../output/usageError";
import { chooseGeneration, recordOf, requireAccess, requireFirstTime } from "./allowed";
import { bundleArchive } from "./bundle";
import { bundleName, openCommand } from "./commands";
import { type BundleFacts, bundleFacts } from "./facts";
import { randomPassphrase } from "./passphrase";
import { passphraseRecipient, publicKeyOf, type Recipient } from "./recipient";
import { discardBundle, writeBundle } from "./writeBundle";

/** What is to be handed over, and all that it takes. */
export interface DeliveryRequest {
  customer: Customer;
  config: StackConfig;
  today: IsoDate;
  /** Folders, as paths of this machine. */
  customersFolder: string;
  outFolder: string;
  /** The newest active key without it. */
  generation?: number;
  /** Once more, for the same public key. */
  again: boolean;
  /** A log of CI keeps what is printed, so no passphrase may be. */
  inCi: boolean;
  /** @throws KeyMaterialError */
  readKey: (customer: string, generation: number) => Promise<KeyMaterial>;
}

/** What was handed over. Secret in it is the passphrase, and nothing else. */
export interface Delivery {
  /** The bundle, as the person knows it. */
  file: string;
  /** What the customer types to open it. */
  open: string;
  generation?: number;
  key?: string;
  /** Who can open it; undefined when there is nothing secret in it. */
  to?: string;
  /** To be told by another way than the file. */
  passphrase?: string;
  /** The first time, when this is the second one. */
  before?: HandOver;
}

/**
 * Writes the customer's bundle: with a key encrypted, and recorded in the customer's file; for a customer
 * with an AWS account of its own the set-up alone, which holds no secret.
 *
 * @throws UsageError when it may not or cannot be; then nothing new is left on disk.
 */
export async function deliver(request: DeliveryRequest): Promise<Delivery> {
  requireAccess(request.customer, request.today);
  return request.customer.awsAccount === undefined ? deliverKey(request) : deliverSetup(request);
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
  const written = write(request, facts, bytes, recipient);
  if (record === undefined) {
    try {
      recordHandOver(request, { generation, key: material.keyId, on: today, to: recipient.to });
    } catch (error) {
      // What is not recorded could be handed over twice.
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
      `${customer.id} has no key: it pulls with AWS account ${customer.awsAccount}`,
      "Leave `--generation` out to write its set-up.",
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
      `${customer.id} has no public key, and a passphrase would stay in the log of this CI`,
      "Write the customer's `ageRecipient` or `pgpKey` into its file, or run this on your own machine.",
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
          `the state holds no secret of key ${generation} of ${id}, and AWS tells a secret only once`,
          `Add a generation under \`keys\` of ${id}, update the stack, and hand that one over.`,
        );
      case "unreadable":
        throw new UsageError(
          "the engine exported a state that this version cannot read",
          "Use the Pulumi version that made the last update, or a newer version of this script.",
        );
    }
  }
}

function write(
  { outFolder }: DeliveryRequest,
  facts: BundleFacts,
  bytes: Uint8Array,
  recipient?: Recipient,
) {
  const extension = recipient === undefined ? "" : `.${recipient.extension}`;
  const name = `${bundleName(facts)}.tar${extension}`;
  const path = join(outFolder, name);
  const file = relative(process.cwd(), path);
  writeBundle(path, bytes, file);
  return { path, file, open: openCommand(name, recipient?.format ?? "plain") };
}

/** Beside the other generations' records; in the place of one of this generation, which was of another key. */
function recordHandOver(
  { customer: { id, handedOver = [] }, customersFolder }: DeliveryRequest,
  record: HandOver,
): void {
  const others = handedOver.filter(({ generation }) => generation !== record.generation);
  const records = [...others, record].sort((a, b) => a.generation - b.generation);
  editCustomerFile(customersFolder, id, (text) => setHandedOver(text, records));
}
