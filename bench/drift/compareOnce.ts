// `tsx bench/drift/compareOnce.ts COUNT`: reads the account of the environment and compares it with that many
// customers, in a process of its own as the script is; prints seconds and findings as JSON.
import { AwsClient } from "../../automation/aws/client";
import { awsSettings } from "../../automation/aws/open";
import { compareWithAws } from "../../automation/compare/compare";
import { CONFIG, inputOf } from "./account";

async function main(): Promise<void> {
  const input = inputOf(Number(process.argv[2]));
  const aws = new AwsClient(awsSettings(process.env, CONFIG));
  const [begin, before] = [performance.now(), process.cpuUsage()];
  const { deviations } = await compareWithAws(aws, input);
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const { user, system } = process.cpuUsage(before);
  const cpu = ((user + system) / 1e6).toFixed(1);
  console.log(JSON.stringify({ seconds, cpu, findings: deviations.length }));
}

void main();
