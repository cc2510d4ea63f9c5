import type { TextPlace } from "../../core/incident/occurrence.ts";
import type { Texts } from "../../flows/ports/texts.ts";
import type { GithubClient } from "./client.ts";
import { GithubFailed, hasStatus } from "./errors.ts";

type Rest = GithubClient["rest"];
type At = { readonly owner: string; readonly repo: string };

/** Writing the same twice is the same, so it is tried again. */
const request = { retries: 2 };

/** Puts another text in place of a part of one. What GitHub does not let the app do is refused, with what it would take. */
export async function replaceText(rest: Rest, at: At, place: TextPlace, text: string): ReturnType<Texts["replace"]> {
  try {
    await write(rest, at, place, text);
    return { kind: "replaced" };
  } catch (error) {
    if (hasStatus(error, 404, 410)) return { kind: "gone" };
    if (!(error instanceof GithubFailed) || !hasStatus(error, 403, 422)) throw error;
    return {
      kind: "refused",
      reason: `GitHub answered ${error.status}; it takes the permission ${permissionOf(place)}`,
    };
  }
}

async function write(rest: Rest, at: At, place: TextPlace, text: string): Promise<void> {
  switch (place.surface) {
    case "issue":
    case "pull-request": {
      const words = place.part === "title" ? { title: text } : { body: text };
      await rest.issues.update({ ...at, issue_number: place.number, ...words, request });
      return;
    }
    case "issue-comment":
      await rest.issues.updateComment({ ...at, comment_id: place.id, body: text, request });
      return;
    case "review":
      await rest.pulls.updateReview({ ...at, pull_number: place.number, review_id: place.id, body: text, request });
      return;
    case "review-comment":
      await rest.pulls.updateReviewComment({ ...at, comment_id: place.id, body: text, request });
      return;
    case "release": {
      const words = place.part === "name" ? { name: text } : { body: text };
      await rest.repos.updateRelease({ ...at, release_id: place.id, ...words, request });
      return;
    }
    case "wiki":
    case "commit-message":
    case "tag-message":
      throw new Error(`Expected a text that the REST API writes, found a ${place.surface}.`);
  }
}

function permissionOf({ surface }: TextPlace): string {
  if (surface === "review" || surface === "review-comment") return "pull_requests: write";
  return surface === "release" ? "contents: write" : "issues: write";
}
