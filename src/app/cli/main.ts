import { enableCompileCache } from "node:module";
import type { Command } from "commander";
import { createProgram, runProgram } from "./program.ts";
import { raiseTlsFloor } from "./tls-floor.ts";

enableCompileCache();
raiseTlsFloor();

/** Each command is loaded when it is asked for: a scan needs no server. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  import: async () => (await import("./commands/import.ts")).importCommand,
  incident: async () => (await import("./commands/incident.ts")).incidentCommand,
  serve: async () => (await import("./commands/serve.ts")).serveCommand,
  anomalies: async () => (await import("./commands/anomalies.ts")).anomaliesCommand,
  jobs: async () => (await import("./commands/jobs.ts")).jobsCommand,
  rules: async () => (await import("./commands/rules.ts")).rulesCommand,
  db: async () => (await import("./commands/db.ts")).dbCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  explain: async () => (await import("./commands/explain.ts")).explainCommand,
  posture: async () => (await import("./commands/posture.ts")).postureCommand,
  scan: async () => (await import("./commands/scan.ts")).scanCommand,
};

const program = createProgram();
const load = commands[process.argv[2] ?? ""];
for (const one of load === undefined ? Object.values(commands) : [load]) program.addCommand(await one());
await runProgram(program);
