import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A resource's inputs or outputs, with secrets unwrapped. */
export type Properties = Record<string, unknown>;

/** The wire value for what a preview does not know yet (Pulumi's protocol). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Properties received from the engine, and which of them contain a secret. */
export interface Received {
  properties: Properties;
  secretKeys: ReadonlySet<string>;
}

/** Reads a message's properties: secrets and outputs unwrapped, null left out. */
export function receive(struct: Struct | undefined): Received {
  const raw = struct === undefined ? {} : (struct.toJavaScript() as Properties);
  const properties: Properties = {};
  const secretKeys = new Set<string>();
  for (const [key, value] of Object.entries(raw)) {
    if (value === null || key.startsWith("__")) continue;
    properties[key] = unwrap(value, () => secretKeys.add(key));
  }
  return { properties, secretKeys };
}

/** Properties for the engine; those in `secretKeys` are marked as secret, undefined is left out. */
export function send(properties: Properties, secretKeys: Iterable<string> = []): Struct {
  const marked: Properties = { ...properties };
  for (const key of secretKeys) {
    if (marked[key] !== undefined && marked[key] !== UNKNOWN) marked[key] = secret(marked[key]);
  }
  return Struct.fromJavaScript(withoutUndefined(marked) as never);
}

/** A secret on the wire. */
export function secret(value: unknown): Properties {
  return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}

/** A reference to a custom resource on the wire; `id` is UNKNOWN in a preview of a new one. */
export function resourceReference(urn: string, id: string, packageVersion: string): Properties {
  return { [SIGNATURE_KEY]: RESOURCE_SIGNATURE, urn, id, packageVersion };
}

/** Whether a preview does not know the value, or a part of it. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/** Deep equality of plain JSON values, whatever the order of keys. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || !left || !right) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [a, b] = [left as Properties, right as Properties];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameValue(a[key], b[key]));
}

function unwrap(value: unknown, onSecret: () => void): unknown {
  if (Array.isArray(value)) return value.map((item) => unwrap(item, onSecret));
  if (typeof value !== "object" || value === null) return value;
  const object = value as Properties;
  switch (object[SIGNATURE_KEY]) {
    case SECRET_SIGNATURE:
      onSecret();
      return unwrap(object.value, onSecret);
    case OUTPUT_SIGNATURE:
      if (object.secret === true) onSecret();
      return "value" in object ? unwrap(object.value, onSecret) : UNKNOWN;
    default:
      return Object.fromEntries(
        Object.entries(object)
          .filter(([key]) => !key.startsWith("__"))
          .map(([key, item]) => [key, unwrap(item, onSecret)]),
      );
  }
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  const known = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(known.map(([key, item]) => [key, withoutUndefined(item)]));
}
