// Which packages an installation has, and which ones a lockfile says that it needs.
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** A package-lock.json, as far as it is read here. */
interface Lockfile {
  packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
}

/** Names of the packages at the top of a `node_modules`, sorted. */
export function installedNames(modules: string): string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@")
        ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`)
        : [name],
    )
    .sort();
}

/** Names of the packages that a lockfile installs without development, at any depth. */
export function productionNames(lockfile: string): Set<string> {
  const { packages } = JSON.parse(lockfile) as Lockfile;
  return new Set(
    Object.entries(packages).flatMap(([path, { dev, devOptional }]) =>
      path === "" || dev || devOptional
        ? []
        : [path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)],
    ),
  );
}
