import { Command, Option } from "commander";
import { errorKind } from "../../../core/errors/error-kind.ts";
import { composeServer, roles, type Role } from "../../compose.ts";
import { settingHelp } from "../../settings.ts";
import { settingsOrSay } from "../settings-or-say.ts";
import { setUp } from "../set-up.ts";

/** `keyward serve`: the ingress for GitHub's webhooks and the worker, in one process or each in its own, until a signal stops it. */
export const serveCommand = new Command("serve")
  .description("run the server: takes GitHub's webhooks, scans, publishes verdicts, files incidents")
  .addOption(
    new Option("--role <role>", "web takes webhooks, worker does the work; any number of each on one PostgreSQL")
      .choices(roles)
      .default("all"),
  )
  .addHelpText("after", () => `\nSettings, from the environment:\n${settingsTable()}`)
  .action(serve);

async function serve({ role }: { readonly role: Role }): Promise<void> {
  const settings = await settingsOrSay((problems) => setUp(role, problems));
  if (settings === null) return;
  if (role !== "all" && settings.databaseUrl === null) {
    console.error(
      `keyward: --role ${role} shares its database with other processes, and an embedded one takes a single process: set DATABASE_URL to a PostgreSQL server.`,
    );
    process.exitCode = 2;
    return;
  }
  process.on("uncaughtException", dieTelling);
  const server = await composeServer(settings, { role });
  const webhooks = role === "worker" ? "" : `; webhooks go to ${server.url}/webhooks`;
  console.error(`keyward: listening on ${server.url}${webhooks}`);
  await firstSignal();
  console.error("keyward: stopping; finishing what is in hand (a second signal stops at once)");
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
  await server.stop();
}

/** A fault of ours: the process is not to be trusted any more. Says which. */
function dieTelling(error: unknown): never {
  console.error("keyward: an error was not caught; stopping, so that a new process takes over", errorKind(error));
  process.exit(70);
}

const firstSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });

function settingsTable(): string {
  const width = Math.max(...Object.keys(settingHelp).map((name) => name.length));
  return Object.entries(settingHelp)
    .map(([name, help]) => `  ${name.padEnd(width)}  ${help}`)
    .join("\n");
}
