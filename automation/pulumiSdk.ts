// Pulumi's SDK as the script uses it. Loaded when an engine is opened: other commands do not wait for it.
import type * as Automation from "@pulumi/pulumi/automation";
import { loadLazily } from "./lazyModules";

export const { LocalWorkspace, Stack } = loadLazily(
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  () => require("@pulumi/pulumi/automation") as typeof Automation,
);
// After the SDK, of which it is a part.
export { leanly } from "./leanRuntime";
