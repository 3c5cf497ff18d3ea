// The parts of Pulumi's SDK that the script uses. Loaded when an engine is opened: other commands do not wait for it.
import type * as Pulumi from "@pulumi/pulumi";
import type * as Automation from "@pulumi/pulumi/automation";
import { outliveEngine } from "./goneEngine";
import { useFreshConnections } from "./freshConnections";
import { loadLazily } from "./lazyModules";

outliveEngine();

export const { LocalWorkspace, Stack } = loadLazily(
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  () => require("@pulumi/pulumi/automation") as typeof Automation,
);
export const { requirePulumiVersion } = loadLazily(
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  () => require("@pulumi/pulumi") as typeof Pulumi,
);
useFreshConnections();
// After the SDK, which both change.
export { withoutDebugOverhead } from "./withoutDebugOverhead";
