/**
 * Renaming users and groups in place, which the emulator cannot do.
 *
 * Proves: which calls the plugin makes, against a server that only notes them and answers.
 * Does not prove: what AWS does on them.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { Plugin } from "./support/plugin";
import { ACCOUNT, executable, REGION } from "./support/world";

const ANSWERS: Record<string, string> = {
  GetCallerIdentity: `<Account>${ACCOUNT}</Account>`,
  GetUser: `<User><UserName>new</UserName><UserId>AIDA1</UserId><Path>/x/</Path><Arn>arn:new</Arn></User>`,
  GetGroup: `<Group><GroupName>new</GroupName><GroupId>AGPA1</GroupId><Path>/x/</Path><Arn>arn:new</Arn></Group>`,
};

describe("local AWS plugin: renaming", function () {
  this.timeout(30_000);
  let server: Server;
  let plugin: Plugin;
  const calls: Record<string, string>[] = [];

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const call = Object.fromEntries(new URLSearchParams(String(Buffer.concat(chunks))));
        calls.push(call);
        const action = call.Action ?? "";
        const result = `<${action}Result>${ANSWERS[action] ?? ""}</${action}Result>`;
        response.writeHead(200, { "content-type": "text/xml" });
        response.end(`<${action}Response>${result}</${action}Response>`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    plugin = await Plugin.start(await executable("aws"), {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "AKIA",
      AWS_SECRET_ACCESS_KEY: "secret",
    });
    await plugin.configure({ region: REGION });
  });

  after(async () => {
    await plugin.stop();
    server.closeAllConnections();
    server.close();
  });

  for (const [type, action, names] of [
    ["aws:iam/user:User", "UpdateUser", { UserName: "old", NewUserName: "new" }],
    ["aws:iam/group:Group", "UpdateGroup", { GroupName: "old", NewGroupName: "new" }],
  ] as const) {
    it(`is ${action}`, async () => {
      calls.length = 0;
      const inputs = { name: "old", path: "/" };
      const state = { ...inputs, arn: "arn:old", uniqueId: "1" };
      const news = { name: "new", path: "/x/" };
      const updated = await plugin.update(type, { id: "old", inputs, state }, news);
      expect(calls[0]).to.include({ Action: action, ...names, NewPath: "/x/" });
      expect(updated.state).to.include({ ...news, arn: "arn:new" });
    });
  }
});
