import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { adoptionPlan } from "../../src/adopt/plan";
import { counted } from "../../src/counted";
import { finishAdoption } from "../adopt/finish";
import { adoptSecrets } from "../adopt/secrets";
import { adoptionInput, adoptionRequest, readAccount } from "../adopt/readAccount";
import { existingPlan, reportExisting, writeExisting } from "../adopt/existing";
import { planJson } from "../adopt/planJson";
import { planSections, planSummary } from "../adopt/report";
import { selectionOf, selectionOptions, selects } from "../adopt/selectionOptions";
import type { SelectionArguments } from "../adopt/selectionOptions";
import { suggestedTable } from "../adopt/table";
import { writePlan } from "../adopt/write";
import { openAws } from "../aws/open";
import { requireAccount } from "../aws/requireAccount";
import type { Command, CommonArguments } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { customersDirectory } from "../cli/loadStack";
import { chooseStack } from "../files/stackFiles";
import { Activity } from "../output/activity";
import { toJson } from "../output/json";
import { tellNext } from "../output/nextSteps";
import { printSections } from "../output/report";
import { UsageError } from "../output/usageError";

interface AdoptArguments extends CommonArguments, SelectionArguments {
  suggest?: string;
  existing: boolean;
  write: boolean;
  finish?: string;
  secrets?: string;
  yes: boolean;
}

/** Turns users and accounts that can pull today into customer files; writes nothing to AWS. */
export const adopt: Command<AdoptArguments> = {
  examples: [
    ["adopt --stack prod", "shows who can pull today, and why; writes nothing"],
    ["adopt --suggest customers.csv", "a table of them, to be completed"],
    ["adopt --map customers.csv", "the plan: files, what changes, what stays"],
    ["adopt --finish acme", "later: removes broad policies and groups of one customer"],
    ["adopt --users '^customer-' --accounts all --write", "writes the files, for review"],
    ["adopt --from terraform.tfstate", "the users that Terraform made"],
    ["adopt --existing --write", "after the state was lost: which users and keys the files mean"],
  ],
  build: (yargs) =>
    selectionOptions(yargs)
      .option("suggest", {
        type: "string",
        requiresArg: true,
        describe: "write a table of everyone who can pull to a new file, to be completed for --map",
      })
      .option("existing", {
        type: "boolean",
        default: false,
        describe:
          "after the state was lost: find the users and keys of the customer files that exist",
      })
      .option("write", {
        type: "boolean",
        default: false,
        describe: "write customer files and kept statements, for review; nothing in AWS",
      })
      .option("secrets", {
        type: "string",
        requiresArg: true,
        describe:
          "after the first update: put the secrets that another tool's state has into the encrypted state",
      })
      .option("finish", {
        type: "string",
        requiresArg: true,
        describe: "of this customer, remove from AWS what its user had before, once it is unused",
      })
      .option("yes", {
        alias: "y",
        type: "boolean",
        default: false,
        describe: "with --finish: do not ask for confirmation",
      })
      .check((args) => {
        const { map, suggest, existing, write, finish, secrets } =
          args as unknown as AdoptArguments;
        const plans =
          existing || write || suggest !== undefined || selects(args as unknown as AdoptArguments);
        for (const [flag, value, others] of [
          ["--finish", finish, plans || secrets !== undefined],
          ["--secrets", secrets, plans],
        ] as const) {
          if (value !== undefined && others) {
            throw new Error(`${flag} cannot be combined with other steps of an adoption`);
          }
        }
        if (existing && (suggest !== undefined || selects(args as unknown as AdoptArguments))) {
          throw new Error("--existing cannot be combined with --suggest or a selection");
        }
        if (suggest !== undefined && (map !== undefined || write)) {
          throw new Error("--suggest cannot be combined with --map or --write");
        }
        if (write && !existing && !selects(args as unknown as AdoptArguments)) {
          throw new Error("--write needs a selection, e.g. --map FILE");
        }
        return true;
      }),
  async run(args, context) {
    if (args.secrets !== undefined) {
      const own = chooseStack(context.directory, args.stack);
      return adoptSecrets(args.secrets, own, args.json, context);
    }
    if (args.finish !== undefined) {
      return finishAdoption({ ...args, customer: args.finish }, context);
    }
    const { terminal, directory, today, now } = context;
    const selection = selectionOf(args, directory);
    const stack = chooseStack(directory, args.stack);
    const input = adoptionInput(directory, stack, today, customersDirectory(args, context));
    const { config, folder } = input;
    const table = args.suggest === undefined ? undefined : resolve(directory, args.suggest);
    if (table !== undefined && existsSync(table)) {
      throw new UsageError(
        `${args.suggest ?? ""} exists already`,
        "Name a new file: what was filled in is never overwritten.",
      );
    }
    const aws = await openAws(config, context);
    await requireAccount(aws, config);
    const activity = new Activity(terminal, "Reading AWS");
    let read = 0;
    const observed = await aws
      .observe(
        adoptionRequest(config, () => {
          read += 1;
          activity.counted(read, "users");
        }),
      )
      .finally(() => {
        activity.end();
      });
    if (args.existing) {
      const plan = existingPlan(input.customers, observed, config.namePrefix);
      const written = args.write ? writeExisting(plan, folder) : [];
      if (args.json) terminal.print(toJson({ stack, today, ...plan, written }));
      else reportExisting(plan, written.length, args.write, terminal);
      return plan.leftOut.length === 0 ? ExitCode.done : ExitCode.failed;
    }
    const { context: account, pullers, files } = readAccount(input, observed, today);
    const plan = adoptionPlan(account, pullers, selection, files);
    const reported = { plan, pullers, config, unread: observed.unread, now };
    if (table !== undefined) {
      const ids = new Map(
        plan.customers.map(({ puller, customer }) => [puller.principal, customer.id]),
      );
      writeFileSync(table, suggestedTable(pullers, ids), { flag: "wx" });
      if (args.json) terminal.print(toJson({ stack, table: args.suggest ?? "" }));
      else {
        terminal.print(
          `${args.suggest ?? ""}: one line for each user and account that can pull.`,
          "good",
        );
        tellNext(terminal, [
          "fill in `customer id` for each that is a customer, and leave it empty for all others",
          `\`ecr-customers adopt --map ${args.suggest ?? ""}\` shows the plan`,
        ]);
      }
      return ExitCode.done;
    }
    const written = args.write ? writePlan(plan, config, { directory, folder }) : [];
    if (args.json) {
      terminal.print(toJson({ stack, today, ...planJson(reported), written }));
      return ExitCode.done;
    }
    printSections(planSections(reported), terminal);
    terminal.print(planSummary(reported), "strong");
    if (args.write) {
      terminal.print(`${counted(written.length, "file")} written, nothing in AWS.`, "good");
      tellNext(terminal, [
        "review the files: delete repositories that a customer does not need, and statements that should end",
        "`ecr-customers preview` shows what the first update would do",
      ]);
    } else {
      tellNext(
        terminal,
        selects(args)
          ? ["`--write` writes the files, for review"]
          : ["select who becomes a customer, e.g. `ecr-customers adopt --suggest customers.csv`"],
      );
    }
    return ExitCode.done;
  },
};
