import { cpSync } from "node:fs";
import type { LocalGithub } from "../github/local-github.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import { startWorkTree } from "../github/work-tree.ts";
import { carefulRules } from "./careful-rules.ts";

const ruleset = (appId: number) => ({ id: 7, name: "main", ...carefulRules(appId) });

const protection = (apiUrl: string) => ({
  required_pull_request_reviews: {
    dismiss_stale_reviews: true,
    require_code_owner_reviews: false,
    required_approving_review_count: 1,
  },
  enforce_admins: { url: `${apiUrl}/x`, enabled: true },
  allow_force_pushes: { enabled: false },
  allow_deletions: { enabled: false },
});

const workflow = "on: [push]\njobs:\n  build:\n    steps:\n      - uses: someone/action@v1\n";

/**
 * Repositories as an organization has them: a third with a ruleset, a third with classic protection, a third with neither; stored
 * secrets, environments, deploy keys and webhooks; with workflows and a `.gitignore`, and a file of configuration in every tenth.
 */
export async function prepareRepositories(
  github: LocalGithub,
  owner: string,
  count: number,
): Promise<readonly LocalRepository[]> {
  const at = "2026-10-01T00:00:00Z";
  const secret = (name: string) => ({ name, createdAt: at, updatedAt: at });
  const prepared: LocalRepository[] = [];
  for (let index = 0; index < count; index += 1) {
    const local = await github.createRepository({ owner, name: `repo-${index}` });
    // All that are alike have the same commits: pushing to each would take longer than looking at it.
    const model = prepared[index % 10];
    if (model) cpSync(model.directory, local.directory, { recursive: true });
    else await pushFiles(local, index === 0);
    local.set({
      ...(index % 3 === 0 && { rulesets: [ruleset(github.app.id)] }),
      ...(index % 3 === 1 && { protection: { main: protection(github.apiUrl) } }),
      secrets: {
        actions: [secret("DEPLOY"), secret("SIGN")],
        "environment/production": [secret("KEY")],
        "environment/staging": [secret("KEY")],
      },
      deployKeys: index % 5 === 0 ? [{ title: "mirror", readOnly: true, createdAt: at, lastUsed: null }] : [],
      webhooks: [{ url: "https://hooks.example.com/x", insecureSsl: "0", secret: true }],
    });
    prepared.push(local);
  }
  await github.idle();
  return prepared;
}

async function pushFiles(local: LocalRepository, configured: boolean): Promise<void> {
  await using tree = await startWorkTree(local);
  await tree.commit({
    message: "Start",
    files: [
      [".gitignore", ".env\n"],
      [".github/workflows/ci.yml", workflow],
      [".github/workflows/release.yml", workflow],
      ...(configured ? ([[".github/keyward.yml", "posture: { required-reviews: 3 }\n"]] as const) : []),
    ],
  });
  await tree.push("main");
}
