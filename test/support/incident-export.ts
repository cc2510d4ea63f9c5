import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { IncidentExport } from "../../src/core/incident/incident-export.ts";

const main = fileURLToPath(new URL("../../src/app/cli/main.ts", import.meta.url));

/** Runs `keyward incident …` on the data of a server that does not run, and gives its output. */
export async function keywardIncident(dataDir: string, ...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"] ?? "", KEYWARD_DATA_DIR: dataDir };
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [main, "incident", ...args], { env, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** The export of an incident as JSON. */
export const exportIncident = async (dataDir: string, id: string): Promise<IncidentExport> =>
  JSON.parse(await keywardIncident(dataDir, "export", id, "--format", "json")) as IncidentExport;
