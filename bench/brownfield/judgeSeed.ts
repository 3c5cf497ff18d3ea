import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox";
import type { AccessChange } from "../../src/adopt/change";
import type { BrownField } from "./account";
import { adoptByCalls } from "./adoptByCalls";
import { brownField } from "./generate";
import { plantField, type PlantedKey } from "./plant";
import { askersOf, changedRights, rightsOf, type ChangedRight } from "./rights";
import { settingsText } from "./settingsText";

/** What the emulator says about one adopted account. */
export interface JudgedAdoption {
  /** Who was asked about. */
  askers: number;
  /** How many became customers. */
  customers: number;
  /** Rights that they had before. */
  rights: number;
  /** Rights that changed, and were listed before the first write. */
  shown: readonly ChangedRight[];
  /** Rights that changed although no line says so: none, if all is well. */
  hidden: readonly ChangedRight[];
}

/** What an adoption said before it wrote. */
export interface Announced {
  customers: number;
  changes: readonly Pick<AccessChange, "change" | "principals">[];
}

/**
 * Compares what everyone may do before and after an adoption: by what the emulator answers to calls that they sign, not
 * by our evaluator.
 *
 * @param keys - of the field, as planted.
 * @param adopt - adopts the account.
 */
export async function judgedAdoption(
  field: BrownField,
  { aws }: Pick<Sandbox, "aws">,
  keys: readonly PlantedKey[],
  adopt: () => Promise<Announced>,
): Promise<JudgedAdoption> {
  const askers = await askersOf(field, keys, aws);
  const before = await rightsOf(field, askers, aws);
  const { customers, changes } = await adopt();
  const after = await rightsOf(field, askers, aws);
  const listed = new Set(
    changes.flatMap(({ change, principals }) => principals.map((one) => `${change} ${one}`)),
  );
  const changed = changedRights(before, after);
  const isShown = ({ change, arn }: ChangedRight) => listed.has(`${change} ${arn}`);
  return {
    ...{ askers: askers.length, customers },
    rights: [...before.values()].reduce((sum, its) => sum + its.size, 0),
    shown: changed.filter(isShown),
    hidden: changed.filter((one) => !isShown(one)),
  };
}

/** Everyone who is a customer by its tag, and all accounts. */
const CUSTOMERS = { tags: [["role", "customer"]] as const, accounts: "all" as const };

/** Adopts a generated account on an emulator of its own, without the engine, and compares everyone's rights. */
export async function judgeSeed(
  seed: number,
  users: number,
  today: string,
): Promise<JudgedAdoption> {
  const directory = mkdtempSync(join(tmpdir(), "adopted-rights-"));
  const field = brownField(seed, users);
  const sandbox = await startSandbox({ home: join(directory, "home"), progress: () => {} });
  try {
    const keys = await plantField(field, sandbox.aws);
    writeFileSync(join(directory, "Pulumi.yaml"), "name: ecr-customers\nruntime: nodejs\n");
    writeFileSync(join(directory, "Pulumi.dev.yaml"), settingsText(field));
    return await judgedAdoption(field, sandbox, keys, async () => {
      const files = { directory, today };
      const { plan, changes } = await adoptByCalls(sandbox.view, sandbox.aws, files, CUSTOMERS);
      return { customers: plan.customers.length, changes };
    });
  } finally {
    await sandbox.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
