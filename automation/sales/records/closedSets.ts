// Columns that decide about access: each value is known by the mapping or the catalogue, or the import
// stops with all that are not.
import { nearest } from "../../../src/yaml/nearest";
import type { StatusAction } from "../mapping/definition";
import type { Mapping } from "../mapping/mapping";
import { fold } from "../reading/cellText";
import { propose, valueLine, yamlLine, type Proposal } from "../reading/proposals";
import type { TableRow } from "../reading/table";
import type { Cells } from "./cells";
import type { RowProblems } from "./rowProblems";

/** Longest value that a mapping can name. */
export const VALUE_LENGTH = 200;

/** Looks up the values of rows. */
export class ClosedSets {
  readonly #known: ReadonlySet<string>;

  constructor(
    private readonly mapping: Mapping,
    private readonly catalogue: readonly string[],
    private readonly cells: Cells,
    private readonly problems: RowProblems,
  ) {
    this.#known = new Set(catalogue);
  }

  /** True when one of the columns of `ignoreRows` says so; each value must be known. */
  isIgnored(row: TableRow): boolean {
    let isIgnored = false;
    for (const [at, [header, values]] of [...this.mapping.ignoreRows].entries()) {
      const place = this.cells.count + at;
      const value = row.cells[place] ?? "";
      const meaning = values.get(fold(value));
      isIgnored ||= meaning === "ignore";
      if (meaning !== undefined) continue;
      this.#unmapped(row, place, "row-unmapped", value, {
        expected: "a value that the mapping ignores or reads",
        section: `ignoreRows.${header}`,
        proposals: (text) => [
          { line: valueLine(text, "read"), when: "if rows with it count" },
          { line: valueLine(text, "ignore"), when: "if they do not" },
        ],
      });
    }
    return isIgnored;
  }

  /** What the status means; undefined for one that is unknown, which is reported. */
  action(row: TableRow): StatusAction | undefined {
    const status = this.cells.of(row, "status");
    const action = this.mapping.statuses.get(fold(status));
    if (action !== undefined) return action;
    this.#unmapped(row, this.cells.place("status"), "status-unmapped", status, {
      expected: "a status that the mapping knows",
      section: "statuses",
      proposals: (text) => [{ line: valueLine(text, "grant"), when: "(or keep, suspend, ignore)" }],
    });
    return undefined;
  }

  /** What the row gives; undefined when something in it is unknown, which is reported. */
  repositories(row: TableRow): string[] | undefined {
    const { mapping } = this;
    const names = new Set(mapping.repositories);
    let isKnown = true;
    for (const product of this.cells.parts(row, "products")) {
      const repositories = mapping.products.get(fold(product));
      repositories?.forEach((name) => names.add(name));
      if (repositories !== undefined) continue;
      isKnown = false;
      this.#unmappedProduct(row, product);
    }
    for (const name of this.cells.parts(row, "repositories")) {
      if (name === "") {
        // Without any other repository `withoutRepositories` decides.
        if (mapping.blankRepositories === "none" || names.size === 0) continue;
        isKnown = false;
        this.#blankRepositories(row);
        continue;
      }
      names.add(name);
      if (this.#known.has(name)) continue;
      isKnown = false;
      this.#unknownRepository(row, name);
    }
    return isKnown ? [...names].sort() : undefined;
  }

  #unmappedProduct(row: TableRow, product: string): void {
    const { catalogue } = this;
    this.#unmapped(row, this.cells.place("products"), "product-unmapped", product, {
      expected: "a product that the mapping knows",
      section: "products",
      proposals: (text) => {
        const likely = nearest(text.toLowerCase().replace(/[^a-z0-9]+/g, "-"), catalogue);
        return [
          { line: valueLine(text, [likely ?? catalogue[0]]), when: "with its own repositories" },
          { line: valueLine(text, []), when: "if it has no images" },
        ];
      },
    });
  }

  /** A blank cell may be one that was not filled in: it must not take a customer's repositories. */
  #blankRepositories(row: TableRow): void {
    const line = yamlLine("blankRepositories", "none");
    const when = "if such a customer has no repositories beyond what its products or all get";
    this.problems.value(row, this.cells.place("repositories"), "repository-blank", "", {
      expected: "the names of repositories",
      fix: () => propose([{ line, when }], this.mapping.file),
    });
  }

  #unknownRepository(row: TableRow, name: string): void {
    const { catalogue } = this;
    this.problems.value(row, this.cells.place("repositories"), "repository-known", name, {
      expected: "a repository of the stack's catalogue",
      fix: () => {
        const likely = nearest(name, catalogue);
        const meant = likely === undefined ? "" : ` "${likely}" may be meant.`;
        return `Correct it in the sales system, or add it to the catalogue.${meant}`;
      },
    });
  }

  #unmapped(
    row: TableRow,
    place: number,
    check: string,
    value: string,
    words: {
      expected: string;
      section: string;
      proposals: (value: string) => readonly Proposal[];
    },
  ): void {
    const { expected, section, proposals } = words;
    const isLong = value.length > VALUE_LENGTH;
    const fix = () =>
      isLong
        ? `A mapping names values of up to ${VALUE_LENGTH} characters: map another column.`
        : propose(proposals(value), this.mapping.file, section);
    this.problems.value(row, place, check, value, { expected, fix });
  }
}
