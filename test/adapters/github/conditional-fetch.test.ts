import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient, type GithubClient } from "../../../src/adapters/github/client.ts";
import { conditionalFetch } from "../../../src/adapters/github/conditional-fetch.ts";
import { createGithubApp } from "../../../src/adapters/github/app.ts";
import { createPacing } from "../../../src/adapters/github/pacing.ts";
import type { RepoRef } from "../../../src/core/change/change.ts";
import type { KeptAnswer, KeptAnswers } from "../../../src/flows/ports/kept-answers.ts";
import { readManifest } from "../../github/app-manifest.ts";
import type { LocalRepository } from "../../github/local-repository.ts";
import { silentLog } from "../../support/log.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;
let local: LocalRepository;
let repo: RepoRef;
let place: { readonly owner: string; readonly repo: string };
let now = "2026-11-26T02:00:00.000Z";
const kept = new Map<string, KeptAnswer>();
const answers: KeptAnswers = {
  of: async (_, address) => kept.get(address) ?? null,
  keep: async (_, address, answer) => void kept.set(address, answer),
  forget: async (_, path) => {
    for (const address of kept.keys()) if (address.startsWith(path)) kept.delete(address);
  },
  dropUnused: async () => {},
};

beforeAll(async () => {
  const { dependabot_secrets: _withheld, ...permissions } = readManifest().permissions;
  world = await startGithubWorld({ permissions: { ...permissions, repository_hooks: "read" } });
  ({ repo, local } = await world.newRepo());
  place = { owner: repo.owner, repo: repo.name };
});
beforeEach(() => kept.clear());
afterAll(() => world.stop());

/** The client of another night: another process, another token. */
function client(): GithubClient {
  const { id: appId, privateKey, webhookSecret } = world.github.app;
  const app = createGithubApp({
    appId,
    privateKey,
    webhookSecret,
    baseUrl: world.github.apiUrl,
    kept: { answers, clock: () => now },
    log: silentLog,
  });
  return app.rereadingClientFor(repo.installationId);
}

const statuses = (): readonly number[] =>
  world.github.requests.filter(({ path }) => path.startsWith("/repos/")).map(({ status }) => status);

async function during(ask: () => Promise<unknown>): Promise<readonly number[]> {
  const before = statuses().length;
  await ask();
  return statuses().slice(before);
}

describe("an answer that was given before", () => {
  test("is free as long as it is the same, with any token", async () => {
    const first = await client().rest.repos.get(place);
    world.github.expireTokens();
    const night = client();
    expect(await during(async () => expect((await night.rest.repos.get(place)).data).toEqual(first.data))).toEqual([
      304,
    ]);
  });

  test("is given whole when it has changed, and is free again after that", async () => {
    await client().rest.repos.listDeployKeys(place);
    local.set({ deployKeys: [{ title: "new", readOnly: true, createdAt: now, lastUsed: null }] });
    const night = client();
    const asked = await during(async () => {
      expect((await night.rest.repos.listDeployKeys(place)).data).toHaveLength(1);
      expect((await night.rest.repos.listDeployKeys(place)).data).toHaveLength(1);
    });
    expect(asked).toEqual([200, 304]);
    local.set({ deployKeys: [] });
  });

  test("leads on to its next page", async () => {
    const keys = Array.from({ length: 150 }, (_, index) => ({
      title: `key ${index}`,
      readOnly: true,
      createdAt: now,
      lastUsed: null,
    }));
    local.set({ deployKeys: keys });
    const all = async () => {
      const night = client();
      return night.paginate(night.rest.repos.listDeployKeys, { ...place, per_page: 100 });
    };
    expect(await all()).toHaveLength(150);
    world.github.expireTokens();
    expect(await during(async () => expect(await all()).toHaveLength(150))).toEqual([304, 304]);
    local.set({ deployKeys: [] });
  });

  test("whose ETag is made in a way we do not know serves as long as the token", async () => {
    const etags: (string | null)[] = [];
    const strange = conditionalFetch(
      async (_, init) => {
        const asked = new Headers(init?.headers).get("if-none-match");
        etags.push(asked);
        return asked === '"strange"'
          ? new Response(null, { status: 304 })
          : new Response("{}", { status: 200, headers: { etag: '"strange"' } });
      },
      { answers, installationId: 1, baseUrl: "https://api.github.com", clock: () => now },
    );
    await strange("https://api.github.com/repos/acme/shop");
    expect((await strange("https://api.github.com/repos/acme/shop")).status).toBe(200);
    expect(etags).toEqual([null, '"strange"']);
  });
});

describe("what is never kept", () => {
  test("is the address of a webhook, and the content of a file", async () => {
    local.set({ webhooks: [{ url: "https://hooks.example.com/x", insecureSsl: "0", secret: true }] });
    await client().rest.repos.listWebhooks(place);
    const { sha } = await world.newHead();
    const { owner, name } = world.heads;
    await client().rest.git.getTree({ owner, repo: name, tree_sha: sha, recursive: "1" });
    await client().rest.repos.getContent({ owner, repo: name, path: "file.txt" });
    expect([...kept.keys()]).toEqual([]);
  });
});

describe("a refusal", () => {
  const isProtected = (): Promise<string> =>
    client()
      .rest.repos.getBranchProtection({ ...place, branch: "main" })
      .then(
        () => "protected",
        () => "not",
      );

  test("is remembered for a week, and forgotten when something happens", async () => {
    const secrets = (): Promise<unknown> =>
      client()
        .rest.dependabot.listRepoSecrets(place)
        .catch(() => "refused");
    expect(await during(secrets)).toEqual([403]);
    expect(await during(secrets)).toEqual([]);
    expect(await during(isProtected)).toEqual([404]);
    expect(await during(isProtected)).toEqual([]);
    now = "2026-12-04T02:00:00.000Z";
    expect(await during(isProtected)).toEqual([404]);
    await answers.forget(repo.installationId, `/repos/${repo.owner}/${repo.name}/`);
    expect(await during(isProtected)).toEqual([404]);
  });

  test("that is none of permissions is not remembered", async () => {
    const limited = world.github.faults.add({
      kind: "answer",
      status: 403,
      operation: "repos/list-deploy-keys",
      times: 1,
    });
    const keys = (): Promise<unknown> =>
      client()
        .rest.repos.listDeployKeys(place)
        .catch(() => "refused");
    await keys();
    expect(limited.hits()).toBe(1);
    expect(kept.size).toBe(0);
  });
});

test("what is written goes through", async () => {
  const plain = createClient({
    appId: world.github.app.id,
    privateKey: world.github.app.privateKey,
    installationId: repo.installationId,
    use: "work",
    baseUrl: world.github.apiUrl,
    timeout: 5000,
    pacing: createPacing(silentLog),
    budgetLeft: () => {},
    wrapFetch: (send) =>
      conditionalFetch(send, { answers, installationId: 1, baseUrl: world.github.apiUrl, clock: () => now }),
    log: silentLog,
  });
  await plain.rest.issues.create({ ...place, title: "Written" });
  expect(local.issues()).toHaveLength(1);
});
