import type { History, HistoryReason } from "../../core/history/history.ts";
import { code, plain, shortened, table } from "./markdown.ts";

/** What a check run about a history says. */
export type HistoryCheckContent = {
  readonly status: "in_progress" | "completed";
  readonly conclusion?: "success" | "neutral";
  readonly output: { readonly title: string; readonly summary: string };
};

const longest = 60_000;

const number = (count: number): string => count.toLocaleString("en-US");
const commitsText = (count: number): string => `${number(count)} ${count === 1 ? "commit" : "commits"}`;

/** Green is only what was read as a whole and holds nothing; all else is grey, as nobody is held up by what is old. */
export function historyCheckContent(history: History): HistoryCheckContent {
  const output = { title: titleOf(history), summary: summaryOf(history) };
  if (history.state !== "done" && history.state !== "failed") return { status: "in_progress", output };
  const { unread, fingerprints } = history.progress;
  const isClean = history.state === "done" && unread === 0 && fingerprints.length === 0;
  return { status: "completed", conclusion: isClean ? "success" : "neutral", output };
}

function titleOf(history: History): string {
  const { state, progress } = history;
  const { done, commits, unread } = progress;
  switch (state) {
    case "waiting":
    case "running":
      return `${number(done)} of ${commitsText(commits)} read`;
    case "failed":
      return "The history could not be read";
    case "done": {
      const found = foundText(history);
      const gaps = unread === 0 ? "" : `, ${number(unread)} not read`;
      return `${commitsText(commits)} read${gaps}${found === null ? "" : `: ${found}`}`;
    }
  }
}

/** In public nothing is said about what there is to find. */
function foundText({ repo, progress }: History): string | null {
  const found = progress.fingerprints.length;
  if (repo.visibility === "public") return null;
  return found === 0 ? "no credential found" : `${number(found)} ${found === 1 ? "credential" : "credentials"} found`;
}

const whyRead: Readonly<Record<HistoryReason, string>> = {
  installed: "Keyward is new here",
  "made-public": "the repository became public",
  "caught-up": "pushes may have been missed while Keyward was suspended or away",
  asked: "somebody asked for it, or an earlier attempt failed",
  "rules-changed": "the rules have changed",
};

function summaryOf(history: History): string {
  const { progress, repo, state } = history;
  const rows = [
    ["Commits", `${number(progress.done)} of ${number(progress.commits)}`],
    ["Files (each version)", number(progress.blobs)],
    ["Bytes", number(progress.bytes)],
    ...(progress.leftOut === 0 ? [] : [["Left out by the policy", number(progress.leftOut)]]),
    ["Not read", number(progress.unread)],
  ];
  const found =
    repo.visibility === "public"
      ? "What is found is followed where the incidents of this repository are."
      : progress.fingerprints.length > 0
        ? "Each credential that was found has an incident."
        : null;
  const later = state === "failed" ? "It is tried again within a day." : null;
  return [
    `Everything that branches, tags and pull requests lead to is read in the background, because ${whyRead[history.reason]}. This blocks nothing.`,
    ...(found === null ? [] : [found]),
    ...(later === null ? [] : [later]),
    table(["", ""], rows, longest, String),
    ...gapsText(progress.gaps),
  ].join("\n\n");
}

function gapsText(gaps: History["progress"]["gaps"]): string[] {
  if (gaps.length === 0) return [];
  const rows = gaps.map(({ path, reason, detail }) => [
    path === "" ? "" : code(shortened(path, 200)),
    reason,
    plain(shortened(detail, 300)),
  ]);
  return [`The first of what was not read:`, table(["Where", "Why", "In words"], rows, longest, String)];
}
