import { byText } from "../../../src/access/order";

/**
 * How one mapping differs from another, in words: `statuses.past_due: keep → suspend`.
 * Order of keys and comments do not count.
 */
export function mappingChanges(before: unknown, after: unknown): string[] {
  const [old, now] = [flat(before), flat(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort(byText);
  return paths.flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    return was === is ? [] : [`${path}: ${was ?? "nothing"} → ${is ?? "nothing"}`];
  });
}

/** Path → value as text; a list is one value. */
function flat(value: unknown, path = ""): Map<string, string> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return new Map([[path, [value].flat().map(String).join(", ") || "[]"]]);
  }
  const parts = Object.entries(value).map(([key, inner]) =>
    flat(inner, path === "" ? key : `${path}.${key || '""'}`),
  );
  return new Map(parts.flatMap((part) => [...part]));
}
