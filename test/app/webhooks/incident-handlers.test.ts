import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { onIssueChange } from "../../../src/app/webhooks/on-issue-change.ts";
import { onIssueComment } from "../../../src/app/webhooks/on-issue-comment.ts";

type Example = { readonly name: string; readonly examples: readonly Record<string, unknown>[] };
const recorded = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly Example[];
const payloadsOf = (event: string) => recorded.find(({ name }) => name === event)?.examples ?? [];

const repository = { id: 42, name: "shop", owner: { login: "acme" }, default_branch: "main", private: true };
const base = { repository, installation: { id: 7 }, sender: { login: "alice" } };

describe("a comment", () => {
  const comment = { id: 5, body: "Done\n/keyward attest it is dead" };

  it("with a command becomes a job that holds no word of it", () => {
    const asked = onIssueComment.ask({ ...base, issue: { number: 3 }, comment });
    expect(asked).toMatchObject({
      kind: "jobs",
      jobs: [{ job: { name: "run-incident-command", data: { issueNumber: 3, commentId: 5 } }, key: "42:5" }],
    });
    expect(JSON.stringify(asked)).not.toContain("dead");
  });

  it("without one, or as GitHub does not send it, is ignored", () => {
    const other = { ...comment, body: "looks fine" };
    expect(onIssueComment.ask({ ...base, issue: { number: 3 }, comment: other })).toMatchObject({ kind: "ignored" });
    expect(onIssueComment.ask({ ...base, issue: {} })).toMatchObject({ kind: "ignored", reason: /issue_comment/ });
    for (const payload of payloadsOf("issue_comment")) expect(onIssueComment.ask(payload).kind).toBe("ignored");
  });
});

describe("an issue", () => {
  it("that somebody closes or opens again may be an incident's", () => {
    const issue = { number: 3, updated_at: "2026-11-02T10:00:00Z" };
    expect(onIssueChange.ask({ ...base, action: "closed", issue })).toMatchObject({
      kind: "jobs",
      jobs: [{ job: { name: "note-issue-change", data: { action: "closed", login: "alice", issueNumber: 3 } } }],
    });
    expect(onIssueChange.ask({ ...base, action: "deleted", issue })).toMatchObject({ kind: "ignored" });
    const ofPerson = { ...issue, user: { login: "mona", type: "User" } };
    expect(onIssueChange.ask({ ...base, action: "closed", issue: ofPerson })).toMatchObject({ kind: "ignored" });
  });

  it("is read as GitHub records it", () => {
    const closed = payloadsOf("issues").filter(({ action }) => action === "closed" || action === "reopened");
    expect(closed.length).toBeGreaterThan(0);
    for (const payload of closed) {
      expect(onIssueChange.ask({ ...payload, installation: { id: 7 } })).toMatchObject({ reason: /a person wrote/ });
      const ofApp = {
        ...payload,
        issue: { ...(payload["issue"] as object), user: { login: "keyward[bot]", type: "Bot" } },
      };
      expect(onIssueChange.ask({ ...ofApp, installation: { id: 7 } }).kind).toBe("jobs");
    }
  });
});
