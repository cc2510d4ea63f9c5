import type { TextPlace } from "../incident/occurrence.ts";

/** A text that people write on GitHub beside the code, by its ids alone: title and body, or name and body, together. */
export type TextRef =
  | { readonly surface: "issue" | "pull-request"; readonly number: number }
  /** `number`: of the issue or pull request that it is about. */
  | { readonly surface: "issue-comment" | "review" | "review-comment"; readonly number: number; readonly id: number }
  | { readonly surface: "release"; readonly id: number }
  /** `path`: the file of the page in the wiki's repository. */
  | { readonly surface: "wiki"; readonly path: string };

/** Names the text within its repository. */
export function textKey(ref: TextRef): string {
  if (ref.surface === "wiki") return `wiki:${ref.path}`;
  return `${ref.surface}:${"id" in ref ? ref.id : ref.number}`;
}

/** The text that a place is part of; null: one that is not to be edited. */
export function textOfPlace(place: TextPlace): TextRef | null {
  switch (place.surface) {
    case "issue":
    case "pull-request":
      return { surface: place.surface, number: place.number };
    case "issue-comment":
    case "review":
    case "review-comment":
      return { surface: place.surface, number: place.number, id: place.id };
    case "release":
      return { surface: "release", id: place.id };
    case "wiki":
      return place.path === null ? null : { surface: "wiki", path: place.path };
    case "commit-message":
    case "tag-message":
      return null;
  }
}
