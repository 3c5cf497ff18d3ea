import type { Role } from "./account";
import type { Dice } from "./dice";

export const PATHS = ["/", "/", "/partners/", "/partners/emea/", "/ext/ecr-2024/", "/customers/"];

const COMPANIES = ["acme", "Globex", "INITECH", "umbrella", "Wayne", "hooli", "stark", "Tyrell"];

/** Names as people choose them: few are valid ids, and many differ by a sign only. Unique by their number. */
export function nameOf(dice: Dice, at: number, role: Role): string {
  const company = dice.of(COMPANIES);
  if (role !== "customer") return `${role}-${company.toLowerCase()}-${at}`;
  return dice.of([
    `${company}_Puller_${at}`,
    `${company}.puller.${at}`,
    `ecr+${company}@example.com,${at}`,
    `${company.toLowerCase()}-${at}`,
    `PULL=${company}=${at}`,
    `-${at}-${company}-`,
    `${company}-${"x".repeat(50)}`.slice(0, 60) + `${at}`,
  ]);
}
