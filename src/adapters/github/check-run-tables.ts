import { commitMessagePath, tagMessagePath, type RepoRef } from "../../core/change/change.ts";
import type { SuppressedFinding } from "../../core/suppression/judge-again.ts";
import { shownFingerprint } from "../../core/suppression/suppression.ts";
import { leftOutText } from "../../core/verdict/brief.ts";
import type { Unread, UnreadReason } from "../../core/verdict/coverage.ts";
import type { ChangeFinding } from "../../core/verdict/verdict.ts";
import type { CheckReport } from "../../flows/ports/check-runs.ts";
import type { Credential, Spot } from "./credentials.ts";
import { code, link, plain, plural, shortened, sizeOf, table, timeText } from "./markdown.ts";
import type { WebUrls } from "./web-urls.ts";

/** A report with what is needed to write it down. */
export type ReportPage = {
  readonly repo: RepoRef;
  readonly report: CheckReport;
  readonly urls: WebUrls;
  readonly blocking: readonly Credential[];
  readonly notices: readonly Credential[];
  readonly suppressed: readonly (Credential & { readonly by: SuppressedFinding["by"] })[];
};

const longestPath = 160;
const longestUrl = 2_000;
const spotsShown = 3;

/** One row per secret, in at most `budget` bytes. */
export function credentialTable(page: ReportPage, credentials: readonly Credential[], budget: number): string {
  const rows = credentials.map(({ finding, spots }) => {
    const issue = page.report.issues.get(finding.fingerprint);
    const first = spots[0];
    return [
      `${plain(shortened(finding.title, 200))} (${finding.severity})`,
      spotsCell(page, spots),
      first ? shaLink(page, first.commit) : "",
      code(shortened(finding.mask, 60)),
      code(finding.fingerprint),
      `${finding.confidence.level} (${finding.confidence.score})`,
      issue ? link(`#${issue.number}`, issue.url) : "",
    ];
  });
  const header = ["Credential", "Where", "Commit", "Shown as", "Fingerprint", "Confidence", "Incident"];
  return table(header, rows, budget, (left) => `… and ${plural(left, "more credential")}.`);
}

/** What is dismissed, why, by whom and until when; and what is dead. */
export function suppressedTable(page: ReportPage, budget: number): string {
  const rows = page.suppressed.map(({ finding, spots, by }) => [
    plain(shortened(finding.title, 200)),
    spotsCell(page, spots),
    code(finding.fingerprint),
    `${leftOutText(by)}${by.state === "dead" || by.note === "" ? "" : `: ${plain(shortened(by.note, 300))}`}`,
  ]);
  const header = ["Credential", "Where", "Fingerprint", "Why it does not block"];
  return table(header, rows, budget, (left) => `… and ${plural(left, "more credential")}.`);
}

/** Every place of the credentials that stand in more places than their row names. */
export function placesTable(page: ReportPage, budget: number): string {
  const crowded = [...page.blocking, ...page.notices].filter(({ spots }) => spots.length > spotsShown);
  const rows = crowded.flatMap(({ finding, spots }) =>
    spots.map((spot) => [
      code(shownFingerprint(finding.fingerprint)),
      placeText(page, spot),
      shaLink(page, spot.commit),
    ]),
  );
  if (rows.length === 0) return "";
  return table(["Fingerprint", "Where", "Commit"], rows, budget, (left) => `… and ${plural(left, "more place")}.`);
}

function spotsCell(page: ReportPage, spots: readonly Spot[]): string {
  const shown = spots.slice(0, spotsShown).map((spot) => placeText(page, spot));
  const left = spots.length - shown.length;
  return [...shown, ...(left > 0 ? [`… and ${plural(left, "more place")}`] : [])].join("<br>");
}

function placeText({ repo, urls }: ReportPage, spot: Spot): string {
  if (spot.path === commitMessagePath)
    return `the message of ${link(code(spot.commit.slice(0, 7)), urls.commit(repo, spot.commit))}`;
  if (spot.path === tagMessagePath) return `the message of the tag ${code(spot.commit.slice(0, 7))}`;
  const way = spot.inside === null ? "" : `!/${spot.inside}`;
  const text = code(`${shortened(`${spot.path}${way}`, longestPath)}:${spot.span.line}`);
  const url = urls.line(repo, spot.commit, spot.path, spot.span.line);
  // A deep path of non-ASCII letters makes an address that would crowd out other rows.
  return `${sizeOf(url) > longestUrl ? text : link(text, url)}${spot.atHead ? "" : " (no longer at the head)"}`;
}

/** For people: why something was not read, and what they can do about it. */
const unreadHelp: Readonly<Record<UnreadReason, { readonly why: string; readonly remedy: string }>> = {
  "too-large": {
    why: "larger than Keyward reads",
    remedy: "Keep it out of git or split it, or have a person look through it.",
  },
  "lfs-pointer": {
    why: "kept in Git LFS; git holds only a pointer",
    remedy: "Have a person look through the file itself.",
  },
  "missing-object": {
    why: "GitHub did not give the object",
    remedy: "Run the check again; if that does not help, push the commits again.",
  },
  unavailable: {
    why: "GitHub does not let Keyward read the repository",
    remedy: "See that the app may read this repository's contents, and that an IP allow list lets Keyward in.",
  },
  corrupt: {
    why: "damaged, or not what its name says",
    remedy: "Check it in a clone (`git fsck`) and push it again.",
  },
  encrypted: { why: "encrypted", remedy: "Leave it out, or have a person look into it." },
  "too-deep": { why: "packed in too many layers", remedy: "Commit it unpacked, or have a person look into it." },
  timeout: { why: "reading it took too long", remedy: "Run the check again." },
  unsupported: {
    why: "in a format Keyward cannot open",
    remedy: "Commit it unpacked or in another format, or have a person look into it.",
  },
  "internal-error": {
    why: "Keyward failed on it",
    remedy: "Run the check again; if it stays, tell the people who run Keyward.",
  },
};

const messageNames: Readonly<Record<string, string>> = {
  [commitMessagePath]: "the commit message",
  [tagMessagePath]: "the tag’s message",
};

/** What was not read, why, and what to do, in at most `budget` bytes. */
export function unreadTable(page: ReportPage, unread: readonly Unread[], budget: number): string {
  const sorted = unread.toSorted((a, b) => (unreadKey(a) < unreadKey(b) ? -1 : 1));
  const rows = sorted.map(({ path, commit, reason, detail }) => {
    const { why, remedy } = unreadHelp[reason];
    const file = path === "" ? "the whole change" : (messageNames[path] ?? code(shortened(path, longestPath)));
    const because = detail === "" ? why : `${why} (${plain(shortened(detail, 300))})`;
    return [file, commit === undefined ? "" : shaLink(page, commit), because, remedy];
  });
  const header = ["Not read", "Commit", "Why", "What to do"];
  return table(header, rows, budget, (left) => `… and ${left.toLocaleString("en-US")} more that were not read.`);
}

const unreadKey = ({ path, commit, reason }: Unread): string => JSON.stringify([path, commit, reason]);

/** What each commit brings in. Where not all rows fit in `budget` bytes, the clean ones are only counted. */
export function commitTable(page: ReportPage, budget: number): string {
  const { blocking, notices, coverage } = page.report.verdict;
  const [found, noticed] = [secretsByCommit(blocking), secretsByCommit(notices)];
  const unread = Map.groupBy(coverage.unread, ({ commit }) => commit ?? "");
  const rows = page.report.commits.map(({ sha, committedAt }) => {
    const result = [
      ...counted(found.get(sha)?.size, (count) => `**${plural(count, "credential")}**`),
      ...counted(noticed.get(sha)?.size, (count) => `${count} to look at`),
      ...counted(unread.get(sha)?.length, (count) => `${plural(count, "file")} not read`),
    ];
    const text = result.length === 0 ? "clean" : result.join(", ");
    return { clean: result.length === 0, cells: [shaLink(page, sha), timeText(committedAt), text] };
  });
  const header = ["Commit", "Date", "Result"];
  const size = rows.reduce((sum, { cells }) => sum + sizeOf(cells.join(" | ")) + 5, 200);
  const kept = size <= budget ? rows : rows.filter(({ clean }) => !clean);
  const rest = rows.length - kept.length;
  const shown = table(
    header,
    kept.map(({ cells }) => cells),
    budget - 100,
    (left) => `… and ${plural(left, "more commit")} like these.`,
  );
  return rest === 0 ? shown : `${shown}\n\nThe other ${plural(rest, "commit")}: clean.`;
}

const counted = (count: number | undefined, text: (count: number) => string): string[] =>
  count === undefined || count === 0 ? [] : [text(count)];

function secretsByCommit(findings: readonly ChangeFinding[]): ReadonlyMap<string, ReadonlySet<string>> {
  const secrets = new Map<string, Set<string>>();
  for (const { finding, places } of findings) {
    for (const { commit } of places) secrets.set(commit, (secrets.get(commit) ?? new Set()).add(finding.fingerprint));
  }
  return secrets;
}

const shaLink = ({ repo, urls }: ReportPage, sha: string): string =>
  link(code(sha.slice(0, 7)), urls.commit(repo, sha));
