import { afterwards, type AnyResourceType, type Context, type Found } from "./resourceType";
import { retrying } from "./retrying";
import type { Properties } from "./values";

/**
 * Reads what was just written, as the real provider does after each write: what AWS then shows is
 * recorded. For something new it waits until AWS shows it.
 */
export async function readBack(
  context: Context,
  type: AnyResourceType,
  written: Found<Properties>,
  isNew: boolean,
): Promise<Found<Properties>> {
  const { id, state } = written;
  return afterwards(id, state, () =>
    retrying(
      async () => {
        const found = await type.read(context, id, state);
        if (found === undefined && isNew) throw new NotFoundYet(`${type.token} ${id}`);
        return found ?? written;
      },
      (error) => error instanceof NotFoundYet,
      context.settings.propagationSeconds,
    ),
  );
}

/** Created, but AWS does not show it yet. */
class NotFoundYet extends Error {
  constructor(what: string) {
    super(`${what} was created, and AWS does not show it`);
  }
}
