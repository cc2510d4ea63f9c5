import type { Incident } from "../../core/incident/incident.ts";
import { occurrenceKey, type CodeOccurrence, type Occurrence } from "../../core/incident/occurrence.ts";
import { code, fitting, link, plural, shortened, sizeOf, timeText } from "./markdown.ts";
import { nameOf } from "./place-name.ts";
import { redactionOf } from "./redaction-text.ts";
import type { WebUrls } from "./web-urls.ts";

const longestPath = 200;
const longestUrl = 2_000;

/** Where it was seen, the newest first, in `budget` bytes. Other repositories are only counted: not everyone here may know them. */
export function placeLines(incident: Incident, urls: WebUrls, budget: number): string {
  const { occurrences, home } = incident;
  const here = occurrences.filter(({ repoId }) => repoId === home.repoId).toSorted(newestFirst);
  const elsewhere = occurrences.filter(({ repoId }) => repoId !== home.repoId);
  const lines = here.map(
    (one) => `- ${placeText(one, home, urls)}, seen ${timeText(one.seenAt)}${redactionOf(incident, one)}`,
  );
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

function newestFirst(a: Occurrence, b: Occurrence): number {
  return a.seenAt > b.seenAt ? -1 : a.seenAt < b.seenAt ? 1 : orderKey(a) < orderKey(b) ? -1 : 1;
}

/** By path and line where there are any, so that one file's lines stand together. */
const orderKey = (occurrence: Occurrence): string =>
  occurrence.kind === "code"
    ? JSON.stringify([occurrence.path, occurrence.line, occurrence.commit])
    : occurrenceKey(occurrence);
