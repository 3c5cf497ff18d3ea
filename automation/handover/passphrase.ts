import { randomInt } from "node:crypto";

/** Digits and letters that are hard to confuse, in writing or read aloud. */
const CHARACTERS = "23456789abcdefghjkmnpqrstuvwxyz";
const GROUPS = 6;
const GROUP_LENGTH = 5;

/** A passphrase of 148 random bits in groups, `k7m2p-…`: strong enough even if the file falls into the wrong hands. */
export function randomPassphrase(): string {
  const character = () => CHARACTERS.charAt(randomInt(CHARACTERS.length));
  const group = () => Array.from({ length: GROUP_LENGTH }, character).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}
