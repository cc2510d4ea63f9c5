// A worker that writes as fast as it may for one installation, verdicts or other work, until it is killed.
import { createGithubApp } from "../../../src/adapters/github/app.ts";
import { openDatabase } from "../../../src/adapters/postgres/database.ts";
import { createGithubPauses } from "../../../src/adapters/postgres/github-pauses.ts";
import { createWritePace } from "../../../src/adapters/postgres/write-pace.ts";
import { silentLog } from "../../support/log.ts";

type Arguments = {
  readonly url: string;
  readonly app: { readonly id: number; readonly privateKey: string };
  readonly baseUrl: string;
  readonly installationId: number;
  readonly head: string;
  readonly use: "verdict" | "work";
};

const { url, app, baseUrl, installationId, head, use } = JSON.parse(process.argv[2] ?? "{}") as Arguments;
const database = await openDatabase({ url, directory: "", log: silentLog });
const shared = { pauses: createGithubPauses(database), pace: createWritePace(database) };
const credentials = { appId: app.id, privateKey: app.privateKey, webhookSecret: "" };
const github = createGithubApp({ ...credentials, baseUrl, shared, log: silentLog });
const client = (use === "verdict" ? github.verdictClientFor : github.clientFor)(installationId);
const write = async (): Promise<void> => {
  for (;;) {
    await client.rest.checks.create({ owner: "acme", repo: "heads", name: "Paced", head_sha: head });
    process.stdout.write("wrote\n");
  }
};
await Promise.all([write(), write(), write(), write()]);
