/** Keyward's server as in production, but that every provider is one stand-in on this machine: STAND_IN_PORT, STAND_IN_CA_FILE. */
import { readFileSync } from "node:fs";
import type { Route } from "../../src/adapters/providers/route.ts";
import { composeServer, roles } from "../../src/app/compose.ts";
import { readSettings } from "../../src/app/settings.ts";

const read = readSettings(process.env, () => null);
if (read.kind === "problems") throw new Error(JSON.stringify(read.problems));
const ca = readFileSync(process.env["STAND_IN_CA_FILE"] ?? "", "utf8");
const port = Number(process.env["STAND_IN_PORT"]);
const route: Route = async () => ({ kind: "way", address: "127.0.0.1", family: 4, port, ca });
const server = await composeServer(read.settings, {
  role: roles.find((one) => one === process.argv[2]) ?? "all",
  providerRoutes: { providers: route, hooks: route },
});
const stop = (): void => void server.stop().then(() => process.exit(0));
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
