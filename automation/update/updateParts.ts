import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import type { EngineFailureKind } from "../engine/failureKind";
import type { Activity } from "../output/activity";
import type { Terminal } from "../output/terminal";
import type { Baseline } from "../plan/baseline";
import type { Plan } from "../plan/plan";
import type { Compare } from "./comparing";
import type { Deployment } from "./deployment";

/** What an update works with. */
export interface UpdateParts {
  compare: Compare;
  deployment: Deployment;
  input: StackInput;
  aws: AwsClient;
  plan: Plan;
  /** Ids of customers whose user is replaced, although the engine by itself would keep it. */
  replacedUsers: readonly string[];
  baseline: Baseline;
  terminal: Terminal;
  /** What was revoked by hand and stays so, by `deviationKey`. */
  held?: ReadonlySet<string>;
  /** Shows how far the update is. */
  activity: Activity;
  /** Whether it removes what no file gives a customer's user, which a plan does not show. */
  removes: boolean;
}

/** After these errors, what was done and what is pending is known one by one. */
export const PARTIAL: readonly EngineFailureKind[] = ["resources", "cancelled", "stalled"];
