import {
  CheckResponse,
  ConfigureResponse,
  type CheckRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { construct } from "./component/repository";
import { servePlugin } from "./pluginServer";
import { pluginVersion } from "./pluginVersion";

/** The process that the engine starts as `pulumi-resource-awsx`: it only has components. */
void servePlugin(pluginVersion("awsx"), {
  construct,
  checkConfig: (request: CheckRequest) => {
    const response = new CheckResponse();
    response.setInputs(request.getNews());
    return response;
  },
  configure: () => {
    const response = new ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setAcceptresources(true);
    response.setAcceptoutputs(true);
    response.setSupportspreview(true);
    return response;
  },
});
