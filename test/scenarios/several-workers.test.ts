import { afterAll, beforeAll, expect, it } from "vitest";
import { startLocalGithub, type LocalGithub } from "../github/local-github.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { noServer, serverOptions } from "../support/databases.ts";
import { startKeyward, type RunningKeyward } from "../support/running-keyward.ts";
import { startRepository } from "../support/scenario.ts";
import { newKey, newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let github: LocalGithub;
let web: RunningKeyward;
let workers: readonly RunningKeyward[] = [];

beforeAll(async () => {
  if (noServer !== null) return;
  const { url } = await serverOptions();
  github = await startLocalGithub();
  github.createOrganization("acme");
  const env = { DATABASE_URL: url ?? "", KEYWARD_MASTER_KEY: newKey().toString("base64") };
  const options = { app: github.app, githubApiUrl: github.apiUrl, env };
  web = await startKeyward({ ...options, role: "web" });
  workers = await Promise.all([1, 2].map(() => startKeyward({ ...options, role: "worker" })));
  github.setWebhook(web.webhookUrl);
});
afterAll(async () => {
  if (noServer !== null) return;
  await Promise.all([web, ...workers].map((one) => one.stop()));
  await github.stop();
});

const elsewhere = "and 1 place in another repository";

it.skipIf(noServer !== null)(
  "two workers that race on one secret make one incident with one issue, and lose no place",
  async () => {
    const shops = await Promise.all([1, 2].map(() => startRepository({ github })));
    const rounds = [1, 2, 3];
    const tokens = new Map(rounds.map((n) => [n, newToken()]));
    for (const n of rounds) {
      for (const { tree } of shops) {
        await tree.git("switch", "--quiet", "--create", `topic-${n}`, "main");
        await tree.commit({ message: "Add", files: [[`src/${n}.ts`, `const a = "${tokens.get(n) ?? ""}";\n`]] });
      }
    }
    // All at once, so that the same secret is in the hands of both workers more often than not.
    await Promise.all(shops.map(({ tree }) => tree.push(...rounds.map((n) => `topic-${n}`))));
    const issues = () => shops.flatMap(({ repository }) => repository.issues());
    await until("every secret with both of its places", () => {
      const bodies = issues().map(({ body }) => body ?? "");
      return rounds.every((n) => bodies.some((body) => body.includes(`src/${n}.ts`) && body.includes(elsewhere)));
    });
    await github.idle();
    expect(issues()).toHaveLength(rounds.length);
    expect(issues().filter(({ state }) => state !== "open")).toEqual([]);
    await assertFaithful(github);
  },
);

it.skipIf(noServer !== null)(
  "one process takes webhooks, two work; when one of them is killed the other finishes, and nothing is there twice",
  async () => {
    const { repository, tree } = await startRepository({ github });
    const heads: string[] = [];
    for (let n = 1; n <= 4; n += 1) {
      await tree.git("switch", "--quiet", "--create", `topic-${n}`, "main");
      heads.push(await tree.commit({ message: "Add", files: [[`src/${n}.ts`, `const a = "${newToken()}";\n`]] }));
      await tree.push(`topic-${n}`);
      if (n === 2) await workers[0]?.kill();
    }
    for (const head of heads) expect(await verdictOn(repository, head)).toMatchObject({ conclusion: "failure" });
    await until("all incidents", () => repository.issues().length >= heads.length);
    await github.idle();
    expect(repository.issues()).toHaveLength(heads.length);
    for (const head of heads) expect(repository.checkRuns(head, "all")).toHaveLength(1);
    expect(web.output()).not.toContain("change judged");
    expect(workers[1]?.output()).toContain("change judged");
    await assertFaithful(github);
  },
);
