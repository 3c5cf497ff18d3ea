// What a problem says about each column of a mapping file. Imported for its effect, by definitionWords.ts.
import { fieldWords } from "../../../src/yaml/fieldWords";
import type { MappedField } from "../reading/usualHeaders";
import { mappingParts } from "./definition";

/** What a mapping may write for a column. */
const EXAMPLES: Readonly<Record<MappedField, string>> = {
  id: "[Record ID, Company ID]",
  name: "[Company Name, Account Name]",
  status: "[Deal Stage, Status]",
  products: "[Product, Plan]",
  repositories: "[Repositories, Images]",
  expires: "[Contract End, End Date]",
  contact: "[Email, Contact Email]",
};

for (const [key, example] of Object.entries(EXAMPLES)) {
  fieldWords.add(mappingParts.columns.shape[key as MappedField], {
    check: "mapping-header",
    expected: "a header or a list of headers",
    fix: `Write e.g. \`${key}: ${example}\`.`,
  });
}
