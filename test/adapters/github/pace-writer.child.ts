// A worker that writes or reads as fast as it may for one installation, verdicts or other work, until it is killed or told to wait for long.
import { createGithubApp } from "../../../src/adapters/github/app.ts";
import { GithubLimited } from "../../../src/adapters/github/errors.ts";
import { openDatabase } from "../../../src/adapters/postgres/database.ts";
import { sharedPacing } from "../../../src/app/compose-pacing.ts";
import { silentLog } from "../../support/log.ts";

type Arguments = {
  readonly url: string;
  readonly app: { readonly id: number; readonly privateKey: string };
  readonly baseUrl: string;
  readonly installationId: number;
  readonly head: string;
  readonly use: "verdict" | "work";
  readonly does: "read" | "write";
};

const { url, app, baseUrl, installationId, head, use, does } = JSON.parse(process.argv[2] ?? "{}") as Arguments;
const database = await openDatabase({ url, directory: "", log: silentLog });
const shared = sharedPacing(database);
const credentials = { appId: app.id, privateKey: app.privateKey, webhookSecret: "" };
const github = createGithubApp({ ...credentials, baseUrl, shared, log: silentLog });
const client = (use === "verdict" ? github.verdictClientFor : github.clientFor)(installationId);
const repository = { owner: "acme", repo: "heads" };
const once = async (): Promise<void> => {
  if (does === "read") await client.rest.repos.get(repository);
  else await client.rest.checks.create({ ...repository, name: "Paced", head_sha: head });
};
const goOn = async (): Promise<void> => {
  for (;;) {
    try {
      await once();
    } catch (error) {
      if (!(error instanceof GithubLimited)) throw error;
      process.stdout.write(`limited: ${error.kind}\n`);
      return;
    }
    process.stdout.write("done\n");
  }
};
await Promise.all([goOn(), goOn(), goOn(), goOn()]);
await database.close();
