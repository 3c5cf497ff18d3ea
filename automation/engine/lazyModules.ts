import { createRequire } from "node:module";

/**
 * Modules that Pulumi's SDK loads at its start and needs only to turn a function into text (dynamic
 * providers, lambdas from callbacks), which nothing here does: half of the SDK's loading time.
 */
const SELDOM_NEEDED = ["typescript", "@npmcli/arborist"];

/**
 * Loads a module of Pulumi's SDK; what is seldom needed of it is loaded when first used.
 *
 * @param load - requires the module.
 */
export function loadLazily<T>(load: () => T): T {
  const requireOfSdk = createRequire(require.resolve("@pulumi/pulumi"));
  const standIns = SELDOM_NEEDED.flatMap((name) => standIn(name, requireOfSdk));
  try {
    return load();
  } finally {
    // Whoever asks from now on gets the module itself.
    for (const remove of standIns) remove();
  }
}

/** Answers `require(name)` with an object that loads the module when something of it is asked for. */
function standIn(name: string, requireOfSdk: NodeJS.Require): (() => void)[] {
  let path: string;
  try {
    path = requireOfSdk.resolve(name);
  } catch {
    // The SDK has another one of its own, or none.
    return [];
  }
  const { cache } = requireOfSdk;
  if (cache[path] !== undefined) return [];
  const exports: object = new Proxy(
    {},
    {
      // Compilers' helpers ask for it when they import; it makes them take the object as it is.
      get: (_, key) =>
        key === "__esModule" || (requireOfSdk(name) as Record<PropertyKey, unknown>)[key],
    },
  );
  cache[path] = { ...module, id: path, filename: path, loaded: true, children: [], exports };
  return [() => Reflect.deleteProperty(cache, path)];
}
