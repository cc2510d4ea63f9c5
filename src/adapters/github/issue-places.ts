import type { Incident } from "../../core/incident/incident.ts";
import { occurrenceKey, type CodeOccurrence, type Occurrence, type TextPlace } from "../../core/incident/occurrence.ts";
import { code, fitting, link, plural, shortened, sizeOf, timeText } from "./markdown.ts";
import type { WebUrls } from "./web-urls.ts";

const longestPath = 200;
const longestUrl = 2_000;

/** Where it was seen, the newest first, in `budget` bytes. Other repositories are only counted: not everyone here may know them. */
export function placeLines({ occurrences, home }: Incident, urls: WebUrls, budget: number): string {
  const here = occurrences.filter(({ repoId }) => repoId === home.repoId).toSorted(newestFirst);
  const elsewhere = occurrences.filter(({ repoId }) => repoId !== home.repoId);
  const lines = here.map((one) => `- ${placeText(one, home, urls)}, seen ${timeText(one.seenAt)}`);
  const shown = fitting(lines, budget);
  const left = lines.length - shown.length;
  const repos = new Set(elsewhere.map(({ repoId }) => repoId)).size;
  return [
    ...shown,
    ...(left > 0 ? [`- … and ${plural(left, "more place")}`] : []),
    ...(repos > 0
      ? [
          `- and ${plural(elsewhere.length, "place")} in ${repos === 1 ? "another repository" : `${repos} other repositories`}`,
        ]
      : []),
  ].join("\n");
}

function placeText(occurrence: Occurrence, home: Incident["home"], urls: WebUrls): string {
  if (occurrence.kind === "code") return codeText(occurrence, home, urls);
  const { place } = occurrence;
  return linked(nameOf(place), urls.text(home, place));
}

function codeText({ path, line, commit }: CodeOccurrence, home: Incident["home"], urls: WebUrls): string {
  const where = linked(code(`${shortened(path, longestPath)}:${line}`), urls.line(home, commit, path, line));
  return `${where} in ${link(code(commit.slice(0, 7)), urls.commit(home, commit))}`;
}

const linked = (text: string, url: string): string => (sizeOf(url) > longestUrl ? text : link(text, url));

/** What a text is, in words; names that people gave are shown as code. */
function nameOf(place: TextPlace): string {
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
      return `wiki page ${code(shortened(place.page, 100))}`;
    case "commit-message":
      return `the message of commit ${code(place.commit.slice(0, 7))}`;
    case "tag-message":
      return `the message of tag ${code(shortened(place.tag, 100))}`;
  }
}

function newestFirst(a: Occurrence, b: Occurrence): number {
  return a.seenAt > b.seenAt ? -1 : a.seenAt < b.seenAt ? 1 : orderKey(a) < orderKey(b) ? -1 : 1;
}

/** By path and line where there are any, so that one file's lines stand together. */
const orderKey = (occurrence: Occurrence): string =>
  occurrence.kind === "code"
    ? JSON.stringify([occurrence.path, occurrence.line, occurrence.commit])
    : occurrenceKey(occurrence);
