import { randomBytes } from "node:crypto";
import pg from "pg";
import { expect, it } from "vitest";
import { startLocalGithub } from "../github/local-github.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { noServer, serverOptions } from "../support/databases.ts";
import { startKeyward, type RunningKeyward } from "../support/running-keyward.ts";
import { startRepository } from "../support/scenario.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

const newSecret = (): string => randomBytes(24).toString("base64url");
const newKey = (): string => randomBytes(32).toString("base64");
const [tomorrow, yesterday] = [1, -1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());

it.skipIf(noServer !== null)(
  "while the webhook secret and the master key are rotated both of each count; afterwards the old secret is refused, and what was known is known by the new key",
  async () => {
    const { url = "" } = await serverOptions();
    const database = new pg.Client(url);
    await database.connect();
    const github = await startLocalGithub();
    github.createOrganization("acme");
    const [first, second] = [newKey(), newKey()];
    const [oldSecret, newOne] = [github.app.webhookSecret, newSecret()];
    let keyward: RunningKeyward | null = null;
    const startWith = async (env: Readonly<Record<string, string>>): Promise<void> => {
      await keyward?.stop();
      const options = { app: github.app, githubApiUrl: github.apiUrl };
      keyward = await startKeyward({ ...options, env: { DATABASE_URL: url, ...env } });
      github.setWebhook(keyward.webhookUrl);
    };
    const incidents = async (): Promise<readonly { readonly id: string; readonly fingerprint: string }[]> => {
      const { rows } = await database.query<{ id: string; fingerprint: string }>(
        "select id, fingerprint from incidents",
      );
      return rows;
    };
    try {
      await startWith({ KEYWARD_MASTER_KEY: first });
      const { repository, tree } = await startRepository({ github });
      const token = newToken();
      /** The same secret once more, in a file of its own; whatever takes its webhook, if anything does. */
      const leak = async (file: string): Promise<string> => {
        await tree.git("switch", "--quiet", "--create", file, "main");
        const sha = await tree.commit({
          message: `Add ${file}`,
          files: [[`src/${file}.ts`, `const a = "${token}";\n`]],
        });
        await tree.push(file);
        return sha;
      };
      const isSeenIn = (file: string): Promise<unknown> =>
        until(`the place ${file} in the issue`, () =>
          repository.issues().some(({ body }) => body?.includes(`src/${file}.ts`)),
        );
      const lastPush = () => github.deliveries.findLast(({ event }) => event === "push");

      expect((await verdictOn(repository, await leak("before"))).conclusion).toBe("failure");
      await isSeenIn("before");
      const [known, ...none] = await incidents();
      expect(none).toEqual([]);

      // Keyward knows both; GitHub has the old secret still.
      await startWith({
        WEBHOOK_SECRET: `${newOne},${oldSecret};until=${tomorrow}`,
        KEYWARD_MASTER_KEY: `2:${second},1:${first};until=${tomorrow}`,
      });
      expect((await verdictOn(repository, await leak("meanwhile"))).conclusion).toBe("failure");
      await isSeenIn("meanwhile");
      const [renamed] = await incidents();
      expect(renamed?.id).toBe(known?.id);
      expect(renamed?.fingerprint).not.toBe(known?.fingerprint);

      github.setWebhookSecret(newOne);
      expect((await verdictOn(repository, await leak("changed"))).conclusion).toBe("failure");
      await isSeenIn("changed");

      // The overlap is over: the old ones still stand in the settings, where their time has run out.
      await startWith({
        WEBHOOK_SECRET: `${newOne},${oldSecret};until=${yesterday}`,
        KEYWARD_MASTER_KEY: `2:${second},1:${first};until=${yesterday}`,
      });
      github.setWebhookSecret(oldSecret);
      const unheard = await leak("unheard");
      await github.idle();
      expect(lastPush()).toMatchObject({ statusCode: 401 });
      expect(repository.checkRuns(unheard)).toEqual([]);
      github.setWebhookSecret(newOne);
      expect((await verdictOn(repository, await leak("after"))).conclusion).toBe("failure");
      await isSeenIn("after");

      await github.idle();
      expect(repository.issues()).toHaveLength(1);
      expect(await incidents()).toEqual([renamed]);
      await assertFaithful(github);
    } finally {
      await (keyward as RunningKeyward | null)?.stop();
      await github.stop();
      await database.end();
    }
  },
);
