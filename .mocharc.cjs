/**
 * Tests of the local provider's own code say nothing about the real plugin: with `SANDBOX_PROVIDER=plugin` they are
 * not run, so that what passes is what both do.
 */
const ofLocalProvider = ["test/sandbox/provider/**"];

module.exports = {
  import: "tsx",
  extension: ["ts"],
  timeout: 10_000,
  forbidOnly: true,
  parallel: true,
  jobs: 3,
  ignore: process.env.SANDBOX_PROVIDER === "plugin" ? ofLocalProvider : [],
};
