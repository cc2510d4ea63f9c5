/**
 * Kills Keyward with `kill -9` at random moments, for minutes, while people push, open pull requests, ask for checks again, say commands,
 * dismiss, close and reopen; then looks whether all that was acknowledged was done, and nothing twice: the checks, the issues, the timelines
 * against what people did, and what a sink that is often down was told. Everything is real and on loopback. Prints counts; exits with 1 if
 * any of them is not what it must be.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { startPostgres } from "../support/postgres-process.ts";
import { runChaos } from "./run.ts";
import { newKey } from "../support/tokens.ts";

function positive(text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new InvalidArgumentError("expected a number above zero.");
}

const { minutes, repositories, database } = new Command("npm run test:chaos --")
  .description("kills workers and the ingress at random under load, and counts what came of it")
  .option("--minutes <n>", "for how long, on each database", positive, 5)
  .option("--repositories <n>", "how many are pushed to", positive, 4)
  .option("--database <which>", "embedded, postgres or both", "both")
  .parse()
  .opts<{ minutes: number; repositories: number; database: string }>();

const load = { millis: minutes * 60_000, repositories };
let problems = 0;

if (database !== "postgres")
  problems += report("embedded, one server", await runChaos({ ...load, roles: ["all"], env: {} }));
if (database !== "embedded") {
  const directory = mkdtempSync(join(tmpdir(), "keyward-chaos-"));
  const postgres = await startPostgres(directory);
  try {
    const env = { DATABASE_URL: postgres.url, KEYWARD_MASTER_KEY: newKey().toString("base64") };
    problems += report(
      "PostgreSQL, web and two workers",
      await runChaos({ ...load, roles: ["web", "worker", "worker"], env }),
    );
  } finally {
    process.kill(postgres.pid, "SIGINT");
    rmSync(directory, { recursive: true, force: true });
  }
}
process.exitCode = problems === 0 ? 0 : 1;

function report(name: string, { counts, problems: found }: Awaited<ReturnType<typeof runChaos>>): number {
  console.log(`\n${name}`);
  console.table(counts);
  for (const problem of found) console.log(`NOT SO: ${problem}`);
  console.log(found.length === 0 ? "nothing lost, nothing twice" : `${found.length} things are not as they must be`);
  return found.length;
}
