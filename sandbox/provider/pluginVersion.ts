import awsPackage from "@pulumi/aws/package.json";
import awsxPackage from "@pulumi/awsx/package.json";

/** The plugins that the sandbox stands in for. */
export type PluginName = "aws" | "awsx";

const VERSIONS: Record<PluginName, string> = {
  aws: awsPackage.version,
  awsx: awsxPackage.version,
};

/** The version that the engine looks for: that of the installed SDK package. */
export function pluginVersion(name: PluginName): string {
  return VERSIONS[name];
}
