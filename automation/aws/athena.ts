// Queries in Amazon Athena: started, waited for, and read page by page.
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetTableMetadataCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { setTimeout as delay } from "node:timers/promises";
import { UsageError } from "../output/usageError";
import { awsSettings, type AwsTarget, type Environment } from "./open";
import { RETRIES, TIMEOUTS } from "./retries";

// As in client.ts, which is not loaded for this.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** The catalog that Athena has in each account: AWS Glue's. */
const CATALOG = "AwsDataCatalog";
/** Pauses while a query runs, in milliseconds; the last one repeats. */
const PAUSES = [200, 500, 1_000, 2_000] as const;

/** Where queries run. */
export interface AthenaPlace {
  database: string;
  table: string;
  workGroup: string;
  /** `s3://…` for results, where the work group has none of its own. */
  output: string | undefined;
}

export class Athena {
  readonly #client: AthenaClient;

  constructor(
    private readonly place: AthenaPlace,
    target: AwsTarget,
    environment: Environment,
  ) {
    const settings = awsSettings(environment, target);
    this.#client = new AthenaClient({ ...TIMEOUTS, ...RETRIES, ...settings });
  }

  /** Names of the columns by which the table's files are divided. */
  async partitions(): Promise<string[]> {
    const { database, table } = this.place;
    const names = { CatalogName: CATALOG, DatabaseName: database, TableName: table };
    const { TableMetadata } = await this.#client.send(new GetTableMetadataCommand(names));
    return (TableMetadata?.PartitionKeys ?? []).flatMap(({ Name }) => Name ?? []);
  }

  /**
   * The rows of a query, without its line of names; a value that is null is undefined.
   *
   * @param parameters - texts for the query's question marks, in their order.
   * @param page - called after each page, with how many rows it had.
   * @throws UsageError when the query fails, with Athena's reason.
   */
  async rows(
    query: string,
    parameters: readonly string[],
    page: (count: number) => void,
  ): Promise<(string | undefined)[][]> {
    const id = await this.#run(query, parameters);
    const found: (string | undefined)[][] = [];
    let NextToken: string | undefined;
    let isFirst = true;
    do {
      const answer = await this.#client.send(
        new GetQueryResultsCommand({
          ...{ QueryExecutionId: id, MaxResults: 1_000 },
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
      const rows = (answer.ResultSet?.Rows ?? []).map(({ Data = [] }) =>
        Data.map(({ VarCharValue }) => VarCharValue),
      );
      // The first row of the first page has the columns' names.
      const values = isFirst ? rows.slice(1) : rows;
      isFirst = false;
      for (const row of values) found.push(row);
      page(values.length);
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    return found;
  }

  async #run(query: string, parameters: readonly string[]): Promise<string> {
    const { database, workGroup, output } = this.place;
    const { QueryExecutionId: id = "" } = await this.#client.send(
      new StartQueryExecutionCommand({
        QueryString: query,
        // Texts are written with quotes (Athena User Guide, "Use execution parameters").
        ExecutionParameters: parameters.map((text) => `'${text.replaceAll("'", "''")}'`),
        QueryExecutionContext: { Catalog: CATALOG, Database: database },
        WorkGroup: workGroup,
        ...(output === undefined ? {} : { ResultConfiguration: { OutputLocation: output } }),
      }),
    );
    for (let asked = 0; ; asked++) {
      const command = new GetQueryExecutionCommand({ QueryExecutionId: id });
      const { Status } = (await this.#client.send(command)).QueryExecution ?? {};
      if (Status?.State === "SUCCEEDED") return id;
      if (Status?.State === "FAILED" || Status?.State === "CANCELLED") {
        throw new UsageError(
          `the query in Athena ${Status.State === "FAILED" ? "failed" : "was cancelled"}: ${Status.StateChangeReason ?? "no reason given"}`,
          "Check the table with a query in Athena's console; docs/pulls.md names the columns that it needs.",
        );
      }
      await delay(PAUSES[Math.min(asked, PAUSES.length - 1)] ?? 0);
    }
  }
}
