import { AwsProvider } from "./awsProvider";
import { servePlugin, type Answers } from "./pluginServer";
import { pluginVersion } from "./pluginVersion";

/**
 * The process that the engine starts as `pulumi-resource-aws`. One process serves one provider
 * configuration.
 */
const provider = new AwsProvider(process.env);
const names = [
  "checkConfig",
  "diffConfig",
  "configure",
  "check",
  "diff",
  "create",
  "read",
  "update",
  "delete",
  "invoke",
] as const;
const answers = Object.fromEntries(names.map((name) => [name, provider[name].bind(provider)]));

void servePlugin(pluginVersion("aws"), answers as Answers);
