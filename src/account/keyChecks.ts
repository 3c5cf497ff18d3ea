import type { Customer } from "../customers/model";
import { joined } from "../access/statementWords";
import type { AccountContext, PresentUser } from "./context";
import { keyName, type RecordedState } from "./declared";
import { customersWords, deltas, ofCustomer, type Found } from "./deviation";
import { matchKeys, type MatchedKeys } from "./keyMatching";
import type { ObservedKey } from "./observed";

/**
 * A customer's generations with their keys in AWS, by id.
 *
 * @param state - absent: it was not read, and keys are told apart by hand-over and age.
 */
export function generationKeys(
  customer: Customer,
  keys: readonly ObservedKey[],
  state: RecordedState | undefined,
): MatchedKeys<ObservedKey> {
  const idOf = (generation: number) => state?.keyIds.get(keyName(customer.id, generation));
  return matchKeys(customer, keys, idOf, state === undefined);
}

/** More keys than generations, and nothing that says which is which. */
function isAmbiguous(
  { declared: { state } }: AccountContext,
  { generations, undeclared }: MatchedKeys,
): boolean {
  const isOpen = generations.some(({ key }) => key === undefined);
  return state === undefined && isOpen && undeclared.length > 0;
}

/** Each customer with its keys, but for those whose keys were not read. */
function matched(context: AccountContext): { one: PresentUser; keys: MatchedKeys<ObservedKey> }[] {
  return context.present.flatMap((one) => {
    const { keys } = one.user;
    if (keys === undefined) return [];
    return [{ one, keys: generationKeys(one.customer, keys, context.declared.state) }];
  });
}

/** Keys cannot be told apart: the state was not read. */
export function keysAmbiguous(context: AccountContext): Found[] {
  return matched(context)
    .filter(({ keys }) => isAmbiguous(context, keys))
    .map(({ one: { customer, user }, keys: { generations, undeclared } }) => {
      const ids = undeclared.map(({ id, status }) => `${id} (${status})`);
      const open = generations.filter(({ key }) => key === undefined);
      const declared = open.map(({ generation }) => `key ${generation}`);
      return {
        ...ofCustomer(customer.id),
        what: `user ${user.name} has ${joined(ids)} in AWS, its file declares ${joined(declared)}`,
        notJudged: [
          "which key belongs to which generation, because the stack's state was not read",
        ],
        repair: "operator" as const,
        wayOut: `Run \`ecr-customers keys status ${customer.id}\`, which reads the state.`,
      };
    });
}

/** A generation of the file has no key in AWS. */
export function keyMissing(context: AccountContext): Found[] {
  return matched(context).flatMap(({ one: { customer, content }, keys }) => {
    if (isAmbiguous(context, keys)) return [];
    const { id } = customer;
    return keys.generations.flatMap(({ generation, key, recordedId }): Found[] => {
      if (key !== undefined) return [];
      const wanted = content.keys.find((one) => one.generation === generation)?.status;
      const less =
        wanted === "Active" ? [{ who: customersWords([id]), what: `use key ${generation}` }] : [];
      return [
        {
          ...ofCustomer(id),
          what: `key ${generation} of ${id} is in its file, but not in AWS`,
          ...deltas([], less),
          repair: "update",
          wayOut: `The update creates a new key with another secret; hand it over with \`ecr-customers handover ${id} --generation ${generation}\`.`,
          ...(recordedId === undefined
            ? {}
            : { origin: `it was ${recordedId}, which was deleted by hand` }),
        },
      ];
    });
  });
}

/** A key is active that must not work, or the other way round. */
export function keyStatus(context: AccountContext): Found[] {
  return matched(context).flatMap(
    ({
      one: {
        customer: { id },
        content,
      },
      keys,
    }) =>
      keys.generations.flatMap(({ generation, key }): Found[] => {
        const wanted = content.keys.find((one) => one.generation === generation)?.status;
        if (key === undefined || key.status === wanted) return [];
        const delta = [{ who: customersWords([id]), what: `use key ${generation} (${key.id})` }];
        const isMore = key.status === "Active";
        return [
          {
            ...ofCustomer(id),
            what: `key ${generation} of ${id} is ${key.status} in AWS, but ${wanted ?? "missing"} according to its file`,
            ...(isMore ? deltas(delta, []) : deltas([], delta)),
            repair: isMore ? "update" : "restore",
            generation,
          },
        ];
      }),
  );
}

/** A key that no file declares: it may be the one that the customer works with, so it is named and left. */
export function keyUndeclared(context: AccountContext): Found[] {
  return matched(context).flatMap(
    ({
      one: {
        customer: { id },
        user,
      },
      keys,
    }) => {
      if (isAmbiguous(context, keys)) return [];
      return keys.undeclared.map((key): Found => {
        const works = key.status === "Active";
        const isEnded = context.hasEnded(id) && works;
        return {
          ...ofCustomer(id),
          what: `key ${key.id} of user ${user.name} is ${key.status} in AWS, but no file declares it`,
          ...deltas(works ? [{ who: customersWords([id]), what: `use key ${key.id}` }] : [], []),
          ...(isEnded
            ? { repair: "update", removal: { kind: "key", user: user.name, key: key.id } }
            : { repair: "operator" }),
          wayOut: `${isEnded ? "The update sets it inactive. " : ""}Find out in CloudTrail (CreateAccessKey) who created it, then run \`aws iam delete-access-key --user-name ${user.name} --access-key-id ${key.id}\`.`,
          ...(key.createdAt === undefined ? {} : { origin: `created at ${key.createdAt}` }),
        };
      });
    },
  );
}
