import type { Incident, Redaction } from "../../core/incident/incident.ts";
import { placeKey, type Occurrence, type TextPlace } from "../../core/incident/occurrence.ts";
import { code, link, plain, shortened, timeText } from "./markdown.ts";
import { nameOf } from "./place-name.ts";

/** What became of the secret at a place, as the end of a sentence; empty: nothing. */
export function redactionOf({ redactions }: Incident, occurrence: Occurrence): string {
  if (occurrence.kind !== "text") return "";
  const known = redactions.find(
    ({ repoId, place }) => repoId === occurrence.repoId && placeKey(place) === placeKey(occurrence.place),
  );
  if (!known) return "";
  switch (known.outcome) {
    case "masked":
      return `; replaced by a mask ${timeText(known.at)}`;
    case "refused":
      return `; **could not be replaced by a mask**: ${plain(shortened(known.detail, 200))}`;
    case "removed":
      return "; taken out by somebody";
  }
}

/** What people are told when a secret was taken out of a text, or could not be. */
export function redactionMessage(
  { place, outcome, detail }: Omit<Redaction, "at" | "repoId">,
  { mask }: Pick<Incident, "mask">,
): string {
  const where = nameOf(place);
  if (outcome === "refused")
    return `Keyward could not take the secret out of ${where}: ${plain(shortened(detail, 200))}. Please edit it by hand. ${leftOf(place)}`;
  const what =
    outcome === "masked"
      ? `Keyward put ${code(shortened(mask, 60))} in place of the secret in ${where}.`
      : `Somebody took the secret out of ${where}.`;
  return `${what} ${leftOf(place)} That does not make it safe again: it has to be rotated all the same.`;
}

/** Where what stood in a text can still be read by those who can read the text, and how it is taken away there. */
export function earlierVersions({ occurrences }: Pick<Incident, "occurrences">): string | null {
  const places = occurrences.flatMap((one) => (one.kind === "text" ? [one.place] : []));
  const lines = [...new Set(places.map(leftOf))].filter((line) => line !== "");
  if (lines.length === 0) return null;
  return `### Earlier versions\n\nAn edit does not take away what stood there before.\n\n${lines.map((line) => `- ${line}`).join("\n")}`;
}

const historyHelp =
  "https://docs.github.com/en/communities/moderating-comments-and-conversations/tracking-changes-in-a-comment";

function leftOf(place: TextPlace): string {
  switch (place.surface) {
    case "issue":
    case "pull-request":
      return place.part === "title"
        ? "GitHub shows a former title in the conversation, and there is no way to delete it but to delete the issue or to ask GitHub’s support."
        : inHistory;
    case "issue-comment":
    case "review":
    case "review-comment":
      return inHistory;
    case "release":
      return "GitHub keeps no earlier versions of release notes, but whoever watches releases was sent them by mail.";
    case "wiki":
      return "The earlier revisions of a wiki page stay in the wiki’s own git repository, until its history is rewritten and pushed by force.";
    case "commit-message":
    case "tag-message":
      return "";
  }
}

const inHistory = `GitHub keeps the earlier versions of a text: open **edited** above it, choose the version, then **Options** and **Delete revision from history** (${link("how", historyHelp)}). Mail that was sent cannot be taken back.`;
