import { createRequire } from "node:module";
import { isSdkUnchanged } from "./unchangedSdk";

/**
 * Modules that Pulumi's SDK loads when it starts and needs only to serialise functions (dynamic providers,
 * lambdas from callbacks), which nothing here does. They take half of the SDK's loading time.
 */
const RARELY_NEEDED = [
  "typescript",
  // Its own copy, where no other is installed.
  "./vendor/typescript@3.8.3/typescript.js",
  "@npmcli/arborist",
];

/**
 * Loads a module of Pulumi's SDK; the modules that it rarely needs are loaded when they are first used.
 *
 * @param load - requires the module.
 */
export function loadLazily<T>(load: () => T): T {
  if (isSdkUnchanged()) return load();
  const requireOfSdk = createRequire(require.resolve("@pulumi/pulumi"));
  const standIns = RARELY_NEEDED.flatMap((name) => standIn(name, requireOfSdk));
  try {
    return load();
  } finally {
    // Every later `require` gets the module itself.
    for (const remove of standIns) remove();
  }
}

/** Makes `require(name)` return an object that loads the module when one of its properties is read. */
function standIn(name: string, requireOfSdk: NodeJS.Require): (() => void)[] {
  let path: string;
  try {
    path = requireOfSdk.resolve(name);
  } catch {
    // The SDK does not use this module.
    return [];
  }
  const { cache } = requireOfSdk;
  if (cache[path] !== undefined) return [];
  const exports: object = new Proxy(
    {},
    {
      // Compilers' import helpers read it; `true` makes them use the object unchanged.
      get: (_, key) =>
        key === "__esModule" || (requireOfSdk(name) as Record<PropertyKey, unknown>)[key],
    },
  );
  cache[path] = { ...module, id: path, filename: path, loaded: true, children: [], exports };
  return [() => Reflect.deleteProperty(cache, path)];
}
