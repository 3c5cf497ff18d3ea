/** Networks in CIDR notation (RFC 4632, RFC 4291 §2.3), and addresses in them. Parsing is ipaddr.js's. */
import { isIP } from "node:net";
import { fromByteArray, type IPv4, type IPv6, parse } from "ipaddr.js";

type Address = IPv4 | IPv6;

/** An address and how many of its leading bits count. */
interface Network {
  address: Address;
  prefix: number;
}

/** What is wrong with a text as a customer's network; each is a mistake that people make. */
export type NetworkMistake =
  | { kind: "not-a-network" }
  /** An address alone. */
  | { kind: "no-prefix"; write: string }
  /** Bits are set that the prefix leaves out: the network or the one address is meant. */
  | { kind: "host-bits"; network: string; address: string }
  /** The same network has one form only (RFC 5952), so that files and policies can be compared as text. */
  | { kind: "other-form"; write: string }
  | { kind: "too-wide" }
  /** No request reaches AWS from such an address. */
  | { kind: "not-public"; range: string };

/** The widest network that is accepted: what one registry, or one provider, was ever allocated. */
export const WIDEST = { ipv4: 8, ipv6: 16 } as const;

/** Ranges of addresses in the public internet, and `reserved`, among which are those of documentation. */
const PUBLIC = new Set(["unicast", "reserved", "6to4", "as112", "as112v6", "amt"]);

/** @returns undefined for a network as a customer file may hold it. */
export function networkMistake(text: string): NetworkMistake | undefined {
  const network = readNetwork(text);
  if (network === undefined) {
    if (isIP(text) === 0 || text.includes("%")) return { kind: "not-a-network" };
    const address = parse(text);
    return { kind: "no-prefix", write: textOf({ address, prefix: bitsOf(address) }) };
  }
  const base = baseOf(network);
  if (textOf(base) !== textOf(network)) {
    const { address } = network;
    const alone = { address, prefix: bitsOf(address) };
    return { kind: "host-bits", network: textOf(base), address: textOf(alone) };
  }
  if (textOf(network) !== text) return { kind: "other-form", write: textOf(network) };
  if (network.prefix < WIDEST[network.address.kind()]) return { kind: "too-wide" };
  const range = network.address.range();
  return PUBLIC.has(range) ? undefined : { kind: "not-public", range };
}

/** Whether an address is in a network. @throws Error for a text that is not one of the two. */
export function isInNetwork(address: string, network: string): boolean {
  return contains(required(network), required(address));
}

/** Whether `text` is an address, IPv4 or IPv6, as AWS shows the one that a request comes from. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes("%");
}

/** Whether `text` is a network or an address, in whatever form, as a policy may hold it. */
export function isNetwork(text: string): boolean {
  return readNetwork(text) !== undefined || isAddress(text);
}

/** Whether all addresses of `inner` are in one of `outers`, or in several of them together. */
export function isCovered(inner: string, outers: readonly string[]): boolean {
  return covered(required(inner), outers.map(required));
}

function covered(inner: Network, outers: readonly Network[]): boolean {
  if (outers.some((outer) => contains(outer, inner))) return true;
  const parts = outers.filter((outer) => contains(inner, outer));
  return parts.length > 0 && halvesOf(inner).every((half) => covered(half, parts));
}

/** The first and the last address, and, where there are any, those right before and right after. */
export function edgesOf(network: string): {
  first: string;
  last: string;
  outside: readonly string[];
} {
  const { address, prefix } = required(network);
  const bits = bitsOf(address);
  const first = numberOf(address);
  const last = first + (1n << BigInt(bits - prefix)) - 1n;
  const outside = [first - 1n, last + 1n].filter((one) => one >= 0n && one < 1n << BigInt(bits));
  const at = (number: bigint) => addressText(addressOf(number, bits));
  return { first: at(first), last: at(last), outside: outside.map(at) };
}

/** @returns undefined for everything but an address, a slash, and a number of bits that it has. */
function readNetwork(text: string): Network | undefined {
  const [written = "", bits = ""] = text.split(/\/(.*)$/s);
  if (!isAddress(written) || !/^(0|[1-9][0-9]{0,2})$/.test(bits)) return undefined;
  const address = parse(written);
  const prefix = Number(bits);
  return prefix > bitsOf(address) ? undefined : { address, prefix };
}

/** An address alone counts as the network that has only it, as AWS reads it. */
function required(text: string): Network {
  const network = readNetwork(text);
  if (network !== undefined) return network;
  const address = parse(text);
  return { address, prefix: bitsOf(address) };
}

function contains(outer: Network, inner: Network): boolean {
  if (outer.address.kind() !== inner.address.kind() || inner.prefix < outer.prefix) return false;
  return inner.address.match(outer.address, outer.prefix);
}

function halvesOf({ address, prefix }: Network): Network[] {
  const bits = bitsOf(address);
  const first = numberOf(address);
  const second = addressOf(first + (1n << BigInt(bits - prefix - 1)), bits);
  return [address, second].map((half) => ({ address: half, prefix: prefix + 1 }));
}

function baseOf({ address, prefix }: Network): Network {
  const bits = bitsOf(address);
  const left = BigInt(bits - prefix);
  return { address: addressOf((numberOf(address) >> left) << left, bits), prefix };
}

function bitsOf(address: Address): number {
  return address.kind() === "ipv4" ? 32 : 128;
}

function numberOf(address: Address): bigint {
  return address.toByteArray().reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

function addressOf(number: bigint, bits: number): Address {
  const bytes = Array.from({ length: bits / 8 }, (_, at) =>
    Number((number >> BigInt(bits - 8 * (at + 1))) & 0xffn),
  );
  return fromByteArray(bytes);
}

function addressText(address: Address): string {
  return "toRFC5952String" in address ? address.toRFC5952String() : address.toString();
}

function textOf({ address, prefix }: Network): string {
  return `${addressText(address)}/${prefix}`;
}
