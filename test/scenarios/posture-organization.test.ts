import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { LocalRepository } from "../github/local-repository.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startWorkTree, type WorkTree } from "../github/work-tree.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { inDatabase } from "../support/stored-state.ts";
import { until } from "../support/watch.ts";

vi.setConfig({ testTimeout: 120_000 });

let scene: Scene;
const trees: WorkTree[] = [];

beforeAll(async () => {
  scene = await startScene({ KEYWARD_POSTURE_SETTLE_SECONDS: "1" });
});
afterAll(async () => {
  for (const tree of trees) await tree[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
});
afterEach(async () => {
  scene.github.faults.clear();
  await assertFaithful(scene.github);
});

async function start(
  name: string,
  files: readonly (readonly [string, string])[],
): Promise<{ readonly repository: LocalRepository; readonly tree: WorkTree }> {
  const repository = await scene.github.createRepository({ owner: "acme", name });
  const tree = await startWorkTree(repository);
  trees.push(tree);
  await tree.commit({ message: "Start", files });
  return { repository, tree };
}

const ofOrganization = `posture:
  required-reviews: 3
  issue: false
  waivers:
    - { claim: actions-pinned, reason: a proxy pins them for us, by: "@ada", expires: 2999-01-01 }
`;
const workflow = "on: [push]\njobs:\n  build:\n    steps:\n      - uses: someone/action@v1\n";

const saidIn = (repository: LocalRepository): string => (repository.issues()[0]?.body ?? "").replaceAll("\\", "");

const reviewed = (count: number) => ({
  name: "main",
  rules: [
    {
      type: "pull_request",
      parameters: {
        required_approving_review_count: count,
        dismiss_stale_reviews_on_push: true,
        require_code_owner_review: true,
        require_last_push_approval: false,
        required_review_thread_resolution: false,
      },
    },
  ],
});

it("what the organization wants holds for its repositories, which cannot ask for less; one private issue says how they stand and what changed since last week", async () => {
  const loseNext = (operation: "issues/create" | "issues/update") =>
    scene.github.faults.add({ kind: "bad-gateway-after", operation, path: /\/acme\/\.github\//, times: 1 });
  const lostAtFirst = loseNext("issues/create");
  // Before Keyward runs: what it read of a repository without files yet it would take to be so for half a minute.
  const home = await scene.whileStopped(async () => {
    const begun = await start(".github", [[".github/keyward.yml", ofOrganization]]);
    await begun.tree.push("main");
    await scene.github.idle();
    return begun;
  });
  home.repository.setArchived(true);
  home.repository.setArchived(false);
  await until("the summary", () => home.repository.issues().length > 0);

  const shop = await start("shop", [
    [".github/keyward.yml", "posture: { required-reviews: 1, issue: true, maximum-age-days: { high: 400 } }\n"],
    [".github/workflows/ci.yml", workflow],
  ]);
  shop.repository.saveRuleset(reviewed(2));
  await shop.tree.push("main");
  const said = await until("the issue", () => saidIn(shop.repository) || null);
  const [wrong = "", waived = ""] = said.split("### Waived");
  expect(wrong).toMatch(/reviews-required[^|]*\|[^|]*2[^|]*3/);
  expect(waived).toContain("a proxy pins them for us");
  expect(wrong).not.toContain("actions-pinned");
  expect(lostAtFirst.hits()).toBe(1);
  expect(home.repository.issues()).toHaveLength(1);

  // A week goes by.
  await scene.whileStopped((dataDir) =>
    inDatabase(dataDir, async (pool) => void (await pool.query("update posture_weeks set week = week - 7"))),
  );
  const lostLater = loseNext("issues/update");
  shop.repository.saveRuleset(reviewed(3));
  await until("the claim to be true", () => !saidIn(shop.repository).includes("reviews-required"));
  await home.tree.commit({ message: "Say", files: [[".github/keyward.yml", `# Said by all.\n${ofOrganization}`]] });
  await home.tree.push("main");
  const summary = await until(
    "the news",
    () => saidIn(home.repository).includes("reviews-required") && saidIn(home.repository),
  );
  expect(summary).toMatch(/- shop \(\d+ → \d+\): better: `reviews-required`/);
  expect(summary).toMatch(/2 repositories[^]*last week \d+/);
  expect(lostLater.hits()).toBe(1);
  expect(home.repository.issues()).toHaveLength(1);
});
