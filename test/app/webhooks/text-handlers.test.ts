import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import {
  onCommentText,
  onIssueText,
  onPullRequestText,
  onReleaseText,
  onReviewCommentText,
  onReviewText,
  onWiki,
} from "../../../src/app/webhooks/on-text.ts";
import { aSha } from "../../support/builders.ts";

type Example = { readonly name: string; readonly examples: readonly Record<string, unknown>[] };
const recorded = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly Example[];

const payloadsOf = (event: string) => recorded.find(({ name }) => name === event)?.examples ?? [];
const repository = { id: 42, name: "shop", owner: { login: "acme" }, default_branch: "main", private: true };
const base = { action: "created", repository, installation: { id: 7 }, sender: { login: "alice" } };
const words = { title: "Some words", body: "and more words" };
const [issue, pull_request, other] = [
  { number: 3, ...words },
  { number: 4, ...words },
  { id: 5, ...words },
];

const surfaces = [
  ["issues", onIssueText, { issue }, { surface: "issue", number: 3 }],
  ["pull_request", onPullRequestText, { pull_request }, { surface: "pull-request", number: 4 }],
  ["issue_comment", onCommentText, { issue, comment: other }, { surface: "issue-comment", number: 3, id: 5 }],
  ["pull_request_review", onReviewText, { pull_request, review: other }, { surface: "review", number: 4, id: 5 }],
  [
    "pull_request_review_comment",
    onReviewCommentText,
    { pull_request, comment: other },
    { surface: "review-comment", number: 4, id: 5 },
  ],
  ["release", onReleaseText, { release: other }, { surface: "release", id: 5 }],
] as const;

describe.each(surfaces)("a text of %s", (event, handler, fields, text) => {
  it("becomes a job that holds its ids and who wrote it, and no word of it", () => {
    const asked = handler.ask({ ...base, ...fields });
    expect(asked).toMatchObject({
      kind: "jobs",
      jobs: [{ job: { name: "scan-text", data: { repo: { repoId: 42 }, text, by: "alice" } } }],
    });
    expect(JSON.stringify(asked)).not.toContain("words");
  });

  it("that is edited is read again if it is the text that was edited", () => {
    const edited = { ...base, ...fields, action: "edited" };
    expect(handler.ask({ ...edited, changes: { body: { from: "old words" } } })).toMatchObject({ kind: "jobs" });
    expect(handler.ask({ ...edited, changes: { base: {} } })).toMatchObject({ kind: "ignored" });
  });

  it("as GitHub recorded it is understood", () => {
    const actions = handler.events.map((name) => name.split(".")[1]);
    const payloads = payloadsOf(event).filter(({ action }) => actions.includes(String(action)));
    expect(payloads.length).toBeGreaterThan(0);
    for (const payload of payloads) {
      const asked = handler.ask({ ...payload, installation: { id: 7 } });
      expect(JSON.stringify(asked)).not.toContain("payload as GitHub documents it");
      expect(asked.kind === "jobs" || payload["action"] === "edited").toBe(true);
    }
  });
});

describe("pages of a wiki", () => {
  it("become a job for each revision, which holds no word and no name of theirs", () => {
    const page = (sha: string) => ({ sha, page_name: "Words", title: "Words", summary: "words" });
    const asked = onWiki.ask({ ...base, pages: [page(aSha("1")), page(aSha("1")), page(aSha("2"))] });
    expect(asked).toMatchObject({
      kind: "jobs",
      jobs: [
        { key: `42:${aSha("1")}`, job: { name: "scan-wiki", data: { revision: aSha("1"), by: "alice" } } },
        { key: `42:${aSha("2")}`, job: { name: "scan-wiki" } },
      ],
    });
    expect(JSON.stringify(asked)).not.toMatch(/words/i);
  });

  it("as GitHub recorded them are understood, and an option in place of a revision is not", () => {
    expect(payloadsOf("gollum").length).toBeGreaterThan(0);
    for (const payload of payloadsOf("gollum"))
      expect(onWiki.ask({ ...payload, installation: { id: 7 } })).toMatchObject({ kind: "jobs" });
    expect(onWiki.ask({ ...base, pages: [{ sha: "--upload-pack=touch x" }] })).toMatchObject({ kind: "ignored" });
  });
});
