import { pageNameOf, type TextPlace } from "../../core/incident/occurrence.ts";
import { code, shortened } from "./markdown.ts";

/** What a text is, in words; names that people gave are shown as code. */
export function nameOf(place: TextPlace): string {
  switch (place.surface) {
    case "issue":
      return `the ${place.part} of issue ${place.number}`;
    case "pull-request":
      return `the ${place.part} of pull request ${place.number}`;
    case "issue-comment":
      return `a comment on ${place.number}`;
    case "review":
      return `a review of pull request ${place.number}`;
    case "review-comment":
      return `a review comment on pull request ${place.number}`;
    case "release":
      return `the ${place.part === "name" ? "name" : "notes"} of release ${code(shortened(place.tag, 100))}`;
    case "wiki":
      return place.path === null
        ? `what was said about revision ${code(place.revision.slice(0, 7))} of the wiki`
        : `wiki page ${code(shortened(pageNameOf(place.path), 100))}`;
    case "commit-message":
      return `the message of commit ${code(place.commit.slice(0, 7))}`;
    case "tag-message":
      return `the message of tag ${code(shortened(place.tag, 100))}`;
  }
}
