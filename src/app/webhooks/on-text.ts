import * as z from "zod";
import { textKey, type TextRef } from "../../core/text/text-ref.ts";
import type { RepoRef } from "../../core/change/change.ts";
import { askAbout, ignored, objectName, repositoryPayload, type Asked, type WebhookHandler } from "./handler.ts";

/** Beside what each event is about: who did it, and of an edit what was changed, with what stood there before. */
const written = repositoryPayload.extend({
  sender: z.object({ login: z.string().min(1) }),
  changes: z.object({ title: z.unknown(), body: z.unknown(), name: z.unknown() }).partial().optional(),
  action: z.string().optional(),
});
type Written = z.infer<typeof written>;

const id = z.int().positive();
const numbered = z.object({ number: id });
const identified = z.object({ id });

/** Asks for a text to be read again by its ids: what it says is not kept. */
function askToRead({ action, changes, sender }: Written, repo: RepoRef, text: TextRef): Asked {
  const edits = changes?.title ?? changes?.body ?? changes?.name;
  if (action === "edited" && edits === undefined) return ignored("something else than the text was edited");
  const job = { name: "scan-text", data: { repo, text, by: sender.login } } as const;
  return { kind: "jobs", jobs: [{ job, key: `${repo.repoId}:${textKey(text)}:${sender.login}` }] };
}

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#issues */
export const onIssueText: WebhookHandler = {
  events: ["issues.opened", "issues.edited"],
  ask: askAbout("issues", written.extend({ issue: numbered }), (payload, repo) =>
    askToRead(payload, repo, { surface: "issue", number: payload.issue.number }),
  ),
};

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
export const onPullRequestText: WebhookHandler = {
  events: ["pull_request.opened", "pull_request.edited"],
  ask: askAbout("pull_request", written.extend({ pull_request: numbered }), (payload, repo) =>
    askToRead(payload, repo, { surface: "pull-request", number: payload.pull_request.number }),
  ),
};

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#issue_comment */
export const onCommentText: WebhookHandler = {
  events: ["issue_comment.created", "issue_comment.edited"],
  ask: askAbout("issue_comment", written.extend({ issue: numbered, comment: identified }), (payload, repo) =>
    askToRead(payload, repo, { surface: "issue-comment", number: payload.issue.number, id: payload.comment.id }),
  ),
};

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request_review */
export const onReviewText: WebhookHandler = {
  events: ["pull_request_review.submitted", "pull_request_review.edited"],
  ask: askAbout(
    "pull_request_review",
    written.extend({ pull_request: numbered, review: identified }),
    (payload, repo) =>
      askToRead(payload, repo, { surface: "review", number: payload.pull_request.number, id: payload.review.id }),
  ),
};

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request_review_comment */
export const onReviewCommentText: WebhookHandler = {
  events: ["pull_request_review_comment.created", "pull_request_review_comment.edited"],
  ask: askAbout(
    "pull_request_review_comment",
    written.extend({ pull_request: numbered, comment: identified }),
    (payload, repo) =>
      askToRead(payload, repo, {
        surface: "review-comment",
        number: payload.pull_request.number,
        id: payload.comment.id,
      }),
  ),
};

/** Drafts are read too: everyone who may write in the repository sees them. https://docs.github.com/en/webhooks/webhook-events-and-payloads#release */
export const onReleaseText: WebhookHandler = {
  events: ["release.created", "release.published", "release.edited"],
  ask: askAbout("release", written.extend({ release: identified }), (payload, repo) =>
    askToRead(payload, repo, { surface: "release", id: payload.release.id }),
  ),
};

/**
 * Pages of a wiki, which are read by git: each revision that is named, and what it builds on.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#gollum
 */
export const onWiki: WebhookHandler = {
  events: ["gollum"],
  ask: askAbout(
    "gollum",
    written.extend({ pages: z.array(z.object({ sha: objectName })) }),
    ({ pages, sender }, repo) => {
      const revisions = [...new Set(pages.map(({ sha }) => sha))];
      if (revisions.length === 0) return ignored("no page was written");
      const jobs = revisions.map((revision) => ({
        job: { name: "scan-wiki", data: { repo, revision, by: sender.login } } as const,
        key: `${repo.repoId}:${revision}`,
      }));
      return { kind: "jobs", jobs };
    },
  ),
};

/** What people write beside the code, each text read again when it is written or edited. */
export const textHandlers: readonly WebhookHandler[] = [
  onIssueText,
  onPullRequestText,
  onCommentText,
  onReviewText,
  onReviewCommentText,
  onReleaseText,
  onWiki,
];
