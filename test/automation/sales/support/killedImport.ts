// Run as a process of its own: writes files as an import does, and kills itself before its k-th
// step on the disk.
import { beforeEachStep } from "./diskSteps";
import { writeAll } from "../../../../automation/sales/journal";

const [folder = "", writes = "[]", killAt = "0"] = process.argv.slice(2);

beforeEachStep((step) => {
  if (step === Number(killAt)) process.kill(process.pid, "SIGKILL");
});
writeAll(folder, JSON.parse(writes) as Parameters<typeof writeAll>[1]);
