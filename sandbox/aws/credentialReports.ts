import type { Administrator } from "./administrator";
import { AwsRefusal, withXmlText } from "./awsAnswer";
import type { FrontRule } from "./frontRule";
import type { KeyUses } from "./keyUse";

/** "If a report has been generated in the past four hours, it is downloaded" (IAM User Guide, "Credential reports"). */
const LIFETIME_MS = 4 * 60 * 60 * 1000;

interface Report {
  content: string;
  at: Date;
  /** Whether GenerateCredentialReport has reported it as complete. */
  complete: boolean;
}

/**
 * The account's credential report: up to four hours old, and not ready at once. The emulator generates a
 * new one at each call, without the last use of keys.
 */
export class CredentialReports {
  readonly #administrator: Administrator;
  readonly #keyUses: KeyUses;
  #report: Report | undefined;

  constructor(administrator: Administrator, keyUses: KeyUses) {
    this.#administrator = administrator;
    this.#keyUses = keyUses;
  }

  /** As if four hours had passed: the next GenerateCredentialReport starts a new report. */
  expire(): void {
    this.#report = undefined;
  }

  rules(): FrontRule[] {
    return [
      {
        service: "iam",
        actions: ["GenerateCredentialReport"],
        apply: async (_call, next) => {
          const answer = await next();
          if (answer.status !== 200) return answer;
          const report = this.#report;
          if (report !== undefined && Date.now() - report.at.getTime() < LIFETIME_MS) {
            report.complete = true;
            return withXmlText(answer, "State", "COMPLETE");
          }
          this.#report = { content: await this.#generated(), at: new Date(), complete: false };
          return withXmlText(answer, "State", "STARTED");
        },
      },
      {
        service: "iam",
        actions: ["GetCredentialReport"],
        apply: async (_call, next) => {
          const answer = await next();
          if (answer.status !== 200) return answer;
          if (this.#report === undefined) {
            const message = "The report has expired. Generate a new one.";
            throw new AwsRefusal("ReportExpired", message, 410);
          }
          if (!this.#report.complete) {
            const message = "The report is being generated. Please try again later.";
            throw new AwsRefusal("ReportInProgress", message, 404);
          }
          const { content, at } = this.#report;
          const encoded = Buffer.from(content).toString("base64");
          const time = `${at.toISOString().slice(0, 19)}Z`;
          return withXmlText(withXmlText(answer, "Content", encoded), "GeneratedTime", time);
        },
      },
    ];
  }

  /** The emulator's report, with the last use of each key. */
  async #generated(): Promise<string> {
    const [header = "", ...rows] = (await this.#administrator.credentialReport()).split("\n");
    const columns = header.split(",");
    for (const [accessKeyId, use] of this.#keyUses.all()) {
      const user = await this.#administrator.ownerOfKey(accessKeyId);
      if (user === undefined) continue;
      const number = (await this.#administrator.accessKeys(user)).indexOf(accessKeyId) + 1;
      const row = rows.findIndex((line) => line.startsWith(`${user},`));
      const date = columns.indexOf(`access_key_${number}_last_used_date`);
      if (row < 0 || date < 0) continue;
      const cells = (rows[row] ?? "").split(",");
      cells.splice(date, 3, `${use.at.toISOString().slice(0, 19)}+00:00`, use.region, use.service);
      rows[row] = cells.join(",");
    }
    return [header, ...rows].join("\n");
  }
}
