import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { onFilesChange, onPostureRerun, onSettingsChange } from "../../../src/app/webhooks/on-posture-change.ts";

type Example = { readonly name: string; readonly examples: readonly Record<string, unknown>[] };
const recorded = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly Example[];
const payloadsOf = (event: string) => recorded.find(({ name }) => name === event)?.examples ?? [];

const repository = { id: 42, name: "shop", owner: { login: "acme" }, default_branch: "main", private: true };
const about = { repository, installation: { id: 7 } };
const planned = {
  kind: "jobs",
  jobs: [
    {
      key: "42",
      job: {
        name: "plan-posture",
        data: {
          repo: {
            installationId: 7,
            repoId: 42,
            owner: "acme",
            name: "shop",
            defaultBranch: "main",
            visibility: "private",
          },
        },
      },
    },
  ],
};

describe("a change of settings", () => {
  it("has the repository looked at, whatever it says happened", () => {
    expect(onSettingsChange.ask({ ...about, action: "edited", rule: { name: "main" } })).toEqual(planned);
  });

  it.each(["branch_protection_rule", "repository", "member", "deploy_key", "public"])(
    "as GitHub recorded it (%s) is understood",
    (event) => {
      const payloads = payloadsOf(event);
      expect(payloads.length).toBeGreaterThan(0);
      for (const payload of payloads)
        expect(onSettingsChange.ask({ ...payload, installation: { id: 7 } })).toMatchObject({
          jobs: [{ job: { name: "plan-posture" } }],
        });
    },
  );
});

it("a ruleset of the organization, which names no repository, has all of them looked at", () => {
  const payload = {
    action: "edited",
    organization: { login: "acme" },
    installation: { id: 7 },
    repository_ruleset: {},
  };
  expect(onSettingsChange.ask(payload)).toEqual({
    kind: "jobs",
    jobs: [{ key: "7", job: { name: "plan-all-postures", data: { installationId: 7 } } }],
  });
  expect(onSettingsChange.ask({ ...payload, installation: undefined })).toMatchObject({ kind: "ignored" });
});

describe("a push", () => {
  const push = (files: Partial<Record<"added" | "modified" | "removed", readonly string[]>>, more: object = {}) =>
    onFilesChange.ask({
      ...about,
      ref: "refs/heads/main",
      deleted: false,
      created: false,
      forced: false,
      commits: [{ added: [], modified: [], removed: [], ...files }],
      ...more,
    });

  it.each([
    { modified: [".gitignore"] },
    { added: ["packages/a/.gitignore"] },
    { modified: [".github/workflows/ci.yml"] },
    { removed: ["docs/CODEOWNERS"] },
    { removed: ["SECURITY.md"] },
    { modified: [".github/keyward.yml"] },
    { added: ["deploy/.env"] },
    { removed: ["keys/server.pem"] },
  ])("to the default branch that touches %o has it looked at", (files) => {
    expect(push(files)).toEqual(planned);
  });

  it("that says not all it brings has it looked at", () => {
    expect(push({}, { forced: true })).toEqual(planned);
    expect(push({}, { created: true })).toEqual(planned);
    expect(push({}, { commits: [] })).toEqual(planned);
  });

  it.each([
    [{ modified: ["src/app.ts", ".env.example", "docs/workflows/ci.yml"] }, {}],
    [{ modified: [".gitignore"] }, { ref: "refs/heads/topic" }],
    [{ modified: [".gitignore"] }, { ref: "refs/tags/main" }],
    [{}, { deleted: true, commits: [] }],
  ])("of %o with %o changes nothing that is judged", (files, more) => {
    expect(push(files, more).kind).toBe("ignored");
  });

  it("as GitHub recorded it is understood", () => {
    const payloads = payloadsOf("push");
    expect(payloads.length).toBeGreaterThan(0);
    for (const payload of payloads) {
      const asked = onFilesChange.ask({ ...payload, installation: { id: 7 } });
      expect(JSON.stringify(asked)).not.toMatch(/not a push payload/);
    }
  });
});

it("“Re-run” on the check run of a posture, and on no other, has it looked at", () => {
  expect(onPostureRerun.ask({ ...about, check_run: { external_id: "keyward-posture:42:abc" } })).toEqual(planned);
  expect(onPostureRerun.ask({ ...about, check_run: { external_id: "keyward:42:abc" } }).kind).toBe("ignored");
});
