import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { handlers } from "../../../src/app/webhooks/handlers.ts";
import {
  onInstallation,
  onInstallationGone,
  onRepositoriesRemoved,
} from "../../../src/app/webhooks/on-installation.ts";
import { onMergeGroup } from "../../../src/app/webhooks/on-merge-group.ts";
import { onPullRequest } from "../../../src/app/webhooks/on-pull-request.ts";
import { onPush } from "../../../src/app/webhooks/on-push.ts";
import { onRepository } from "../../../src/app/webhooks/on-repository.ts";
import { onRerequest } from "../../../src/app/webhooks/on-rerequest.ts";
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

  it("is dated by GitHub's own clock, which counts seconds here", () => {
    const dated = { ...push, repository: { ...repository, pushed_at: 1_793_613_600 } };
    expect(onPush.ask(dated)).toMatchObject({
      jobs: [{ job: { data: { change: { source: { at: "2026-11-02T10:00:00.000Z" } } } } }],
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
      const asked = onPullRequest.ask({ ...payload, action: "opened", installation: { id: 1 } });
      expect(asked).toMatchObject({ kind: "jobs" });
    }
  });
});

describe("a pull request that is edited", () => {
  const edited = {
    action: "edited",
    repository,
    installation: { id: 7 },
    pull_request: { number: 5, head: { sha: aSha("2") }, base: { ref: "release", sha: aSha("3") } },
  };

  it("is judged against its new base", () => {
    expect(onPullRequest.ask({ ...edited, changes: { base: { ref: { from: "main" } } } })).toMatchObject({
      jobs: [{ job: { data: { change: { source: { baseRef: "release", baseSha: aSha("3") } } } } }],
    });
  });

  it("in its text alone brings in what it did before", () => {
    expect(onPullRequest.ask({ ...edited, changes: { title: { from: "Old" } } })).toMatchObject({ kind: "ignored" });
  });
});

describe("a merge group", () => {
  const payload = {
    action: "checks_requested",
    repository,
    installation: { id: 7 },
    merge_group: {
      head_sha: aSha("2"),
      head_ref: "refs/heads/gh-readonly-queue/main/pr-5",
      base_sha: aSha("1"),
      base_ref: "refs/heads/main",
    },
  };

  it("becomes one scan of what it would bring in, on its own head", () => {
    expect(onMergeGroup.ask(payload)).toMatchObject({
      jobs: [
        {
          key: `42:${aSha("2")}:merge-group:${aSha("1")}`,
          job: { name: "scan-change", data: { change: { head: aSha("2"), source: { kind: "merge-group" } } } },
        },
      ],
    });
  });

  it("of another shape is ignored, saying why", () => {
    expect(onMergeGroup.ask({ ...payload, merge_group: {} })).toMatchObject({ kind: "ignored" });
  });
});

describe("a check that is asked for again", () => {
  it.each(["check_run", "check_suite"])("by its %s has its head judged again", (of) => {
    expect(onRerequest.ask({ repository, installation: { id: 7 }, [of]: { head_sha: aSha("2") } })).toMatchObject({
      jobs: [{ key: `42:${aSha("2")}`, job: { name: "rescan-head", data: { head: { sha: aSha("2") } } } }],
    });
  });
});

it("no recorded payload of an event that is listened to makes its handler fail", () => {
  const heard = new Set<string>();
  for (const { events, ask } of handlers)
    for (const event of events) {
      const [name = "", action] = event.split(".");
      const payloads = payloadsOf(name).filter((payload) => action === undefined || payload["action"] === action);
      if (payloads.length > 0) heard.add(name);
      for (const payload of payloads) expect(["jobs", "ignored"]).toContain(ask(payload).kind);
    }
  expect([...heard].toSorted()).toEqual([
    "branch_protection_rule",
    "check_run",
    "check_suite",
    "deploy_key",
    "gollum",
    "installation",
    "installation_repositories",
    "issue_comment",
    "issues",
    "member",
    "merge_group",
    "public",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "push",
    "release",
    "repository",
  ]);
});

describe("an installation", () => {
  it.each(["created", "new_permissions_accepted"])("that is %s is looked through", (action) => {
    const data = { installationId: 7, reason: "installed" };
    expect(onInstallation.ask({ action, installation: { id: 7 } })).toEqual({
      kind: "jobs",
      jobs: [{ key: "7:installed", job: { name: "survey-installation", data } }],
    });
  });

  it("that is back from a suspension is looked through for what was missed", () => {
    expect(onInstallation.ask({ action: "unsuspend", installation: { id: 7 } })).toMatchObject({
      jobs: [{ job: { data: { reason: "caught-up" } } }],
    });
  });

  it("as GitHub recorded it is understood, in every way it is heard", () => {
    const heard = ["installation", "installation_repositories"].flatMap((event) => payloadsOf(event));
    expect(heard.length).toBeGreaterThan(5);
    for (const payload of heard) expect(onInstallation.ask(payload)).toMatchObject({ kind: "jobs" });
    expect(onInstallation.ask({ action: "created" })).toMatchObject({ kind: "ignored" });
  });
});

it("a re-run of the check of a history has all of it read again, and judges nothing", () => {
  const check_run = { head_sha: aSha("2"), external_id: "keyward-history:42:1" };
  const asked = onRerequest.ask({ repository, installation: { id: 7 }, check_run });
  expect(asked).toMatchObject({ jobs: [{ key: "42", job: { name: "read-history-again" } }] });
});

describe("a repository as a whole", () => {
  const about = { repository: { ...repository, updated_at: "now" }, installation: { id: 7 } };
  it.each([
    [undefined, "made-public"],
    ["publicized", "made-public"],
    ["renamed", "changed"],
    ["privatized", "changed"],
    ["transferred", "transferred"],
    ["deleted", "deleted"],
  ])("to which %s happens is followed as %s, once for all events about it", (action, happened) => {
    expect(onRepository.ask({ ...about, action })).toMatchObject({
      jobs: [
        { key: `42:${happened}:now`, job: { name: "follow-repository", data: { happened, repo: { repoId: 42 } } } },
      ],
    });
  });

  it("as GitHub recorded it is understood", () => {
    for (const payload of [...payloadsOf("repository"), ...payloadsOf("public")])
      expect(onRepository.ask({ ...payload, installation: { id: 7 } })).toMatchObject({ kind: "jobs" });
  });

  it("that an installation sees no more, and an installation that is gone, are forgotten", () => {
    const removed = { repositories_removed: [{ id: 42, full_name: "acme/shop" }], action: "removed" };
    expect(onRepositoriesRemoved.ask({ ...removed, installation: { id: 7 } })).toMatchObject({
      jobs: [{ job: { name: "forget-repository", data: { installationId: 7, repoId: 42, fullName: "acme/shop" } } }],
    });
    expect(onInstallationGone.ask({ action: "deleted", installation: { id: 7 } })).toMatchObject({
      jobs: [{ job: { name: "forget-installation", data: { installationId: 7 } } }],
    });
    for (const payload of payloadsOf("installation_repositories"))
      expect(onRepositoriesRemoved.ask(payload)).toMatchObject({ kind: "jobs" });
  });
});
