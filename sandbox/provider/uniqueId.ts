/** A prefix, the time to a ten-thousandth of a second, and a counter, as the real provider makes them. */
export function uniqueId(prefix: string): string {
  count += 1;
  const time = new Date().toISOString().replace(/\D/g, "").padEnd("YYYYMMDDhhmmss0000".length, "0");
  return `${prefix}${time}${count.toString(16).padStart(8, "0")}`;
}

let count = 0;
