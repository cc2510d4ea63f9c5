import { startPostgres } from "./postgres-process.ts";
import { endWithRun, oncePerRun } from "./run-directory.ts";

/** The address of a real PostgreSQL server, one for the whole test run. Rejects, saying why, where none can be started. */
export function postgresServer(): Promise<string> {
  return oncePerRun("postgres", async (directory) => {
    const { url, pid } = await startPostgres(directory);
    endWithRun(pid);
    return url;
  });
}
