/** Whether a free text, as `contact` and `owner` are, is an e-mail address alone. */
export function isAddress(text: string): boolean {
  return /^[^\s@<>,;:"()[\]]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$/.test(text);
}
