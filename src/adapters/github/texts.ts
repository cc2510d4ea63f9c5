import * as z from "zod";
import type { RepoRef } from "../../core/change/change.ts";
import type { TextRef } from "../../core/text/text-ref.ts";
import type { TextPart, TextReading, Texts } from "../../flows/ports/texts.ts";
import type { GithubApp } from "./app.ts";
import type { GithubClient } from "./client.ts";
import { hasStatus } from "./errors.ts";
import { replaceText } from "./replace-text.ts";

type App = Pick<GithubApp, "clientFor" | "slug">;
type Rest = GithubClient["rest"];
type Place = { readonly owner: string; readonly repo: string };

/** In characters. GitHub takes some 125,000 for the longest of them; what is longer than this is none that it would let people write. */
const longest = 1_000_000;

const issueReply = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string().nullish(),
  repository_url: z.string(),
});
const bodyReply = z.object({ body: z.string().nullish() });
const releaseReply = z.object({ tag_name: z.string(), name: z.string().nullish(), body: z.string().nullish() });

/** Texts on GitHub beside the code, by REST. */
export function createTexts(app: App): Texts {
  return {
    ownLogin: async () => `${await app.slug()}[bot]`,
    read: async (repo, ref) => {
      const { rest } = app.clientFor(repo.installationId);
      try {
        const parts = await partsOf(rest, repo, ref);
        if (parts === null) return { kind: "gone" };
        return readable(parts);
      } catch (error) {
        if (hasStatus(error, 404, 410)) return { kind: "gone" };
        throw error;
      }
    },
    replace: ({ installationId, owner, name }, place, text) =>
      replaceText(app.clientFor(installationId).rest, { owner, repo: name }, place, text),
  };
}

function readable(parts: readonly TextPart[]): TextReading {
  const tooLong = parts.find(({ text }) => text.length > longest);
  if (!tooLong) return { kind: "read", parts };
  return { kind: "unread", detail: `it has ${tooLong.text.length} characters; up to ${longest} are read` };
}

async function partsOf(rest: Rest, repo: RepoRef, ref: TextRef): Promise<readonly TextPart[] | null> {
  const place = { owner: repo.owner, repo: repo.name };
  switch (ref.surface) {
    case "issue":
    case "pull-request":
      return issueParts(rest, place, { surface: ref.surface, number: ref.number });
    case "issue-comment":
      return bodyOf(ref, await rest.issues.getComment({ ...place, comment_id: ref.id }));
    case "review":
      return bodyOf(ref, await rest.pulls.getReview({ ...place, pull_number: ref.number, review_id: ref.id }));
    case "review-comment":
      return bodyOf(ref, await rest.pulls.getReviewComment({ ...place, comment_id: ref.id }));
    case "wiki":
      throw new Error("Expected a text that the REST API reads, found a page of a wiki.");
    case "release": {
      const { id } = ref;
      const { data } = await rest.repos.getRelease({ ...place, release_id: id });
      const { tag_name: tag, name, body } = releaseReply.parse(data);
      return [
        { place: { surface: "release", id, tag, part: "name" }, text: name ?? "" },
        { place: { surface: "release", id, tag, part: "body" }, text: body ?? "" },
      ];
    }
  }
}

type CommentRef = Extract<TextRef, { readonly surface: "issue-comment" | "review" | "review-comment" }>;

function bodyOf(ref: CommentRef, { data }: { readonly data: unknown }): readonly TextPart[] {
  return [{ place: ref, text: bodyReply.parse(data).body ?? "" }];
}

/** GitHub leads on to another repository if the issue was moved there; there it is told of anew. */
async function issueParts(
  rest: Rest,
  place: Place,
  { surface, number }: { readonly surface: "issue" | "pull-request"; readonly number: number },
): Promise<readonly TextPart[] | null> {
  const issue = issueReply.parse((await rest.issues.get({ ...place, issue_number: number })).data);
  if (issue.number !== number || !(await isIn(rest, place, issue.repository_url))) return null;
  return [
    { place: { surface, number, part: "title" }, text: issue.title },
    { place: { surface, number, part: "body" }, text: issue.body ?? "" },
  ];
}

/** Whether an address is that of the repository, under the name it has now. */
async function isIn(rest: Rest, place: Place, url: string): Promise<boolean> {
  const ends = (name: string): boolean => url.toLowerCase().endsWith(`/repos/${name}`.toLowerCase());
  if (ends(`${place.owner}/${place.repo}`)) return true;
  return ends((await rest.repos.get(place)).data.full_name);
}
