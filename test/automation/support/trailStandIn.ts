/**
 * Stand-ins for the calls of S3 and Athena that `pulls` makes, on one address. Answers have the form of the API
 * references (Amazon S3: ListObjectsV2, GetObject; Amazon Athena: StartQueryExecution, GetQueryExecution,
 * GetQueryResults, GetTableMetadata), and requests that those would refuse are refused.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

export const BUCKET = "my-trail";

/** A query as Athena was asked for it. */
export interface AskedQuery {
  QueryString: string;
  ExecutionParameters: string[];
  QueryExecutionContext: { Catalog: string; Database: string };
  WorkGroup: string;
  ClientRequestToken: string;
  ResultConfiguration?: { OutputLocation: string };
}

/** What there is, and what was asked for. */
export class TrailStandIn {
  readonly url: string;
  readonly objects = new Map<string, Buffer>();
  /** Keys that were read, in their order. */
  readonly read: string[] = [];
  readonly queries: AskedQuery[] = [];
  partitions: string[] = [];
  /** Rows of each query; a null is a missing value. */
  rows: (string | null)[][] = [];
  failure: string | undefined;
  /** Keys a page; rows a page beside the line of names. */
  page = 2;
  #running = 2;

  private constructor(private readonly server: ReturnType<typeof createServer>) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<TrailStandIn> {
    const server = createServer();
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const standIn = new TrailStandIn(server);
    server.on("request", (request, response) => {
      void standIn.#answer(request, response);
    });
    return standIn;
  }

  close(): void {
    this.server.close();
  }

  /** Puts a file of a trail. @param path - below the account's folder. */
  put(path: string, events: readonly unknown[]): void {
    const key = `AWSLogs/123456789012/CloudTrail/${path}`;
    this.objects.set(key, gzipSync(JSON.stringify({ Records: events })));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") {
      const [status, body] = this.#athena(
        target.replace("AmazonAthena.", ""),
        JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
      );
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(body));
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    const [, bucket = "", key = ""] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(pathname)) ?? [];
    const object = this.objects.get(key);
    if (bucket !== BUCKET) refused(response, 404, "NoSuchBucket");
    else if (searchParams.get("list-type") === "2") this.#list(searchParams, response);
    else if (object === undefined) refused(response, 404, "NoSuchKey");
    else {
      this.read.push(key);
      response.writeHead(200, { "content-type": "application/x-gzip" }).end(object);
    }
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const prefix = query.get("prefix") ?? "";
    const after = query.get("continuation-token") ?? "";
    const most = Math.min(this.page, Number(query.get("max-keys") ?? "1000"));
    const all = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after);
    const keys = all.sort().slice(0, most);
    const isTruncated = all.length > keys.length;
    const next = isTruncated ? `<NextContinuationToken>${keys.at(-1)}</NextContinuationToken>` : "";
    const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`);
    response.writeHead(200, { "content-type": "application/xml" });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${BUCKET}</Name><Prefix>${prefix}</Prefix><KeyCount>${keys.length}</KeyCount><MaxKeys>${most}</MaxKeys><IsTruncated>${isTruncated}</IsTruncated>${contents.join("")}${next}</ListBucketResult>`,
    );
  }

  #athena(action: string, input: Record<string, unknown>): [status: number, body: unknown] {
    switch (action) {
      case "GetTableMetadata": {
        const keys = this.partitions.map((Name) => ({ Name, Type: "string" }));
        return [200, { TableMetadata: { Name: input["TableName"], PartitionKeys: keys } }];
      }
      case "StartQueryExecution": {
        const query = input as unknown as AskedQuery;
        const { ClientRequestToken: token = "", QueryString: text = "" } = query;
        const marks = text.split("?").length - 1;
        const isGiven = query.ExecutionParameters.length === marks;
        // Lengths of the API reference; a text without quotes is no text in SQL.
        if (token.length < 32 || token.length > 128 || text.length > 262_144 || !isGiven) {
          return refusal("invalid request");
        }
        if (!query.ExecutionParameters.every((one) => /^'(?:[^']|'')*'$/.test(one))) {
          return refusal("COLUMN_NOT_FOUND");
        }
        this.queries.push(query);
        this.#running = 2;
        return [200, { QueryExecutionId: `query-${this.queries.length}` }];
      }
      case "GetQueryExecution": {
        const state = this.#running-- > 0 ? "RUNNING" : this.failure ? "FAILED" : "SUCCEEDED";
        const reason = this.failure === undefined ? {} : { StateChangeReason: this.failure };
        return [200, { QueryExecution: { Status: { State: state, ...reason } } }];
      }
      case "GetQueryResults": {
        const most = Number(input["MaxResults"] ?? 1000);
        if (most < 1 || most > 1000) return refusal("MaxResults");
        const from = Number(input["NextToken"] ?? 0);
        const names = from === 0 ? [["eventid"]] : [];
        const page = this.rows.slice(from, from + this.page);
        const Rows = [...names, ...page].map((row) => ({
          Data: row.map((value) => (value === null ? {} : { VarCharValue: value })),
        }));
        const next = from + this.page;
        const more = next < this.rows.length ? { NextToken: String(next) } : {};
        return [200, { ResultSet: { Rows }, ...more }];
      }
      default:
        return refusal(`${action} is not known`);
    }
  }
}

function refusal(Message: string): [status: number, body: unknown] {
  return [400, { __type: "InvalidRequestException", Message }];
}

function refused(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`);
}
