/** Text as one PowerShell string, in single quotes, in which nothing is expanded. */
export function powershellQuoted(text: string): string {
  // PowerShell takes typographic quotes for quotes, too (about_Quoting_Rules).
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
}
