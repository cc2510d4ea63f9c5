import { commitMessagePath, tagMessagePath, type Place } from "../change/change.ts";

/** A line of a file in a commit where the secret of an incident was seen. */
export type CodeOccurrence = {
  readonly kind: "code";
  readonly repoId: number;
  readonly commit: string;
  readonly blob: string;
  readonly path: string;
  readonly line: number;
  readonly seenAt: string;
};

/** A text on GitHub beside the code: what it is and how to find it again. No address: repositories are renamed. */
export type TextPlace =
  | {
      readonly surface: "issue" | "pull-request";
      readonly number: number;
      readonly part: "title" | "body";
    }
  /** `number`: of the issue or pull request that it is about. */
  | {
      readonly surface: "issue-comment" | "review" | "review-comment";
      readonly number: number;
      readonly id: number;
    }
  | { readonly surface: "release"; readonly id: number; readonly tag: string; readonly part: "name" | "body" }
  /** `path`: the file of the page in the wiki's repository; null: what was said about the revision. */
  | { readonly surface: "wiki"; readonly path: string | null; readonly revision: string }
  | { readonly surface: "commit-message"; readonly commit: string }
  /** `object`: of the annotated tag, which is another when the tag is moved. */
  | { readonly surface: "tag-message"; readonly tag: string; readonly object: string };

/** A line of such a text where the secret of an incident was seen. */
export type TextOccurrence = {
  readonly kind: "text";
  readonly repoId: number;
  readonly place: TextPlace;
  readonly line: number;
  readonly seenAt: string;
};

/** One place where the secret of an incident was seen. */
export type Occurrence = CodeOccurrence | TextOccurrence;

/** Names a text: the same for the same one, whatever order its fields are in. A page of a wiki is one through all its revisions. */
export function placeKey(place: TextPlace): string {
  if (place.surface === "wiki" && place.path !== null) return JSON.stringify(["wiki", place.path]);
  return JSON.stringify(Object.entries(place).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Names the place: two occurrences with the same key are one, whenever they were seen. A text is edited in place, so the line is
 * no part of it: who writes a sentence above a secret has not leaked it again.
 */
export function occurrenceKey(occurrence: Occurrence): string {
  if (occurrence.kind === "text") {
    return JSON.stringify([occurrence.repoId, placeKey(occurrence.place)]);
  }
  const { repoId, commit, path, line } = occurrence;
  return JSON.stringify([repoId, commit, path, line]);
}

/** Whether it is this line of a file, or of what was said with this commit or tag object. */
export function isAt(occurrence: Occurrence, repoId: number, { commit, path }: Place, line: number): boolean {
  if (occurrence.repoId !== repoId) return false;
  if (occurrence.kind === "code")
    return occurrence.commit === commit && occurrence.path === path && occurrence.line === line;
  const { place } = occurrence;
  if (place.surface === "commit-message") return path === commitMessagePath && place.commit === commit;
  return place.surface === "tag-message" && path === tagMessagePath && place.object === commit;
}

/** The name under which GitHub shows a file of a wiki: folders and the ending are no part of it. */
export const pageNameOf = (path: string): string => (path.split("/").at(-1) ?? path).replace(/\.[^.]+$/, "");
