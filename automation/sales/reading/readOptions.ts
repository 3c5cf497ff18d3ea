/** What is known about an export besides its bytes. */
export interface ReadOptions {
  /** The export, as the user knows it. */
  file: string;
  /** The mapping file, as the user knows it: problems say what to write there. */
  mappingFile: string;
  /** The mapping's `encoding` and `sheet`. */
  encoding?: string;
  sheet?: string;
}
