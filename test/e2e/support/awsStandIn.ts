// What a customer's `aws` does of what a bundle asks it, with AWS's SDK, for machines without it: finds the key
// in the profile or in the environment, and calls AWS.
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const [service = "", operation = "", ...options] = process.argv.slice(2);

function option(name: string): string | undefined {
  const at = options.indexOf(`--${name}`);
  return at < 0 ? undefined : options[at + 1];
}

async function main(): Promise<void> {
  const profile = option("profile");
  if (profile !== undefined) {
    // As with the AWS command line, a profile that is named wins over the environment's keys.
    process.env["AWS_PROFILE"] = profile;
    delete process.env["AWS_ACCESS_KEY_ID"];
    delete process.env["AWS_SECRET_ACCESS_KEY"];
  }
  const settings = { region: option("region"), maxAttempts: 1 };
  switch (`${service} ${operation}`) {
    case "sts get-caller-identity": {
      const { UserId, Account, Arn } = await new STSClient(settings).send(
        new GetCallerIdentityCommand({}),
      );
      console.log(JSON.stringify({ UserId, Account, Arn }));
      return;
    }
    case "ecr get-login-password": {
      const { authorizationData } = await new ECRClient(settings).send(
        new GetAuthorizationTokenCommand({}),
      );
      const token = authorizationData?.[0]?.authorizationToken ?? "";
      console.log(Buffer.from(token, "base64").toString("utf8").slice("AWS:".length));
      return;
    }
    default:
      throw new Error(`no stand-in for aws ${service} ${operation}`);
  }
}

main().catch((error: Error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 254;
});
