import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { onPullRequest } from "../../../src/app/webhooks/on-pull-request.ts";
import { onPush } from "../../../src/app/webhooks/on-push.ts";
import { aSha } from "../../support/builders.ts";

type Example = { readonly name: string; readonly examples: readonly Record<string, unknown>[] };
const recorded = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly Example[];
const payloadsOf = (event: string) => recorded.find(({ name }) => name === event)?.examples ?? [];

const repository = { id: 42, name: "shop", owner: { login: "acme" }, default_branch: "main", private: true };
const push = {
  ref: "refs/heads/topic",
  before: aSha("1"),
  after: aSha("2"),
  deleted: false,
  repository,
  installation: { id: 7 },
};

describe("a push", () => {
  it("becomes one scan of its new commits", () => {
    expect(onPush.ask(push)).toEqual({
      kind: "jobs",
      jobs: [
        {
          key: `42:${aSha("2")}:push:refs/heads/topic`,
          job: {
            name: "scan-change",
            data: {
              change: {
                repo: {
                  installationId: 7,
                  repoId: 42,
                  owner: "acme",
                  name: "shop",
                  defaultBranch: "main",
                  visibility: "private",
                },
                head: aSha("2"),
                source: { kind: "push", ref: "refs/heads/topic", before: aSha("1") },
              },
            },
          },
        },
      ],
    });
  });

  it("of a new branch has no commit before it", () => {
    expect(onPush.ask({ ...push, before: "0".repeat(40) })).toMatchObject({
      jobs: [{ job: { data: { change: { source: { before: null } } } } }],
    });
  });

  it.each([
    ["a deleted branch", { ...push, deleted: true, after: "0".repeat(40) }, "deleted"],
    ["no installation", { ...push, installation: undefined }, "no installation"],
    ["a payload of another shape", { ...push, after: 3, repository: "shop" }, "look at repository, after"],
    ["no payload at all", null, "look at the payload itself"],
    ["an option in place of a commit", { ...push, after: "--upload-pack=touch x" }, "look at after"],
  ])("with %s is ignored, saying why", (_, payload, reason) => {
    expect(onPush.ask(payload)).toEqual({ kind: "ignored", reason: expect.stringContaining(reason) });
  });

  it("as GitHub recorded it is understood", () => {
    const payloads = payloadsOf("push");
    expect(payloads.length).toBeGreaterThan(3);
    for (const payload of payloads) {
      const asked = onPush.ask({ ...payload, installation: { id: 1 } });
      expect(asked.kind === "ignored" && !asked.reason.includes("deleted"), JSON.stringify(asked)).toBe(false);
    }
  });
});

describe("a pull request", () => {
  it("becomes one scan of what it would bring into its base", () => {
    const payload = {
      repository,
      installation: { id: 7 },
      pull_request: { number: 5, head: { sha: aSha("2") }, base: { ref: "main", sha: aSha("1") } },
    };
    expect(onPullRequest.ask(payload)).toMatchObject({
      jobs: [
        {
          job: {
            name: "scan-change",
            data: {
              change: {
                head: aSha("2"),
                source: { kind: "pull-request", number: 5, baseRef: "main", baseSha: aSha("1") },
              },
            },
          },
        },
      ],
    });
  });

  it("as GitHub recorded it is understood, forks and public repositories too", () => {
    const payloads = payloadsOf("pull_request");
    expect(payloads.length).toBeGreaterThan(5);
    for (const payload of payloads) {
      expect(onPullRequest.ask({ ...payload, installation: { id: 1 } })).toMatchObject({ kind: "jobs" });
    }
  });
});
