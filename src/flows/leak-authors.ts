import type { RepoRef } from "../core/change/change.ts";
import type { Incident } from "../core/incident/incident.ts";
import type { LeakAuthors } from "../core/suppression/suppression.ts";
import type { ScanRecord, ScanStore } from "./ports/scan-store.ts";
import type { SuppressionRef } from "./ports/suppression-jobs.ts";
import type { CommitAuthors } from "./ports/suppressions.ts";

export type LeakAuthorsPorts = { readonly scans: ScanStore; readonly authorsOfCommits: CommitAuthors };

/** Commits in which a secret was seen, beside those of judged heads. `all`: there are no others. */
export type SeenIn = { readonly repo: RepoRef; readonly commits: readonly string[]; readonly all: boolean };

/** Each takes a request. With more of them it is not known who all brought the secret in. */
const mostCommits = 20;
/** Where a secret stands on more heads, it is not looked who brought it to each of them. */
const mostHeads = 500;

/** Who brought a secret in: who made the commits that hold it, who pushed them, who opened their pull requests. */
export async function leakAuthorsOf(
  { installationId, fingerprint }: SuppressionRef,
  seen: readonly SeenIn[],
  { scans, authorsOfCommits }: LeakAuthorsPorts,
): Promise<LeakAuthors> {
  const named = await scans.headsWith(installationId, fingerprint);
  const heads = named.slice(0, mostHeads);
  const records = (await Promise.all(heads.map((head) => scans.scopesOf(head)))).flat();
  const judged = records.flatMap((record) => {
    const commits = commitsWith(record, fingerprint);
    return commits.length === 0 ? [] : [{ repo: record.head.repo, commits, all: true, by: broughtBy(record) }];
  });
  const logins = new Set(judged.flatMap(({ by }) => by ?? []));
  let complete = heads.length === named.length && judged.every(({ by }) => by !== null);
  let left = mostCommits;
  for (const group of Map.groupBy([...judged, ...seen], ({ repo }) => repo.repoId).values()) {
    const [first] = group;
    if (!first) continue;
    const commits = [...new Set(group.flatMap((one) => one.commits))];
    const found = await authorsOfCommits(first.repo, commits.slice(0, left));
    for (const login of found.logins) logins.add(login);
    complete &&= found.complete && commits.length <= left && group.every(({ all }) => all);
    left = Math.max(0, left - commits.length);
  }
  return { logins: [...logins], complete };
}

function commitsWith({ result }: ScanRecord, fingerprint: string): readonly string[] {
  if (result.state !== "done") return [];
  const found = [...result.verdict.blocking, ...result.verdict.notices];
  return found
    .filter(({ finding }) => finding.fingerprint === fingerprint)
    .flatMap(({ places }) => places.map(({ commit }) => commit));
}

/** Null: that was not kept. A merge queue brings in nothing of its own. */
const broughtBy = ({ source }: ScanRecord): readonly string[] | null =>
  source.kind === "merge-group" ? [] : (source.by ?? null);

/** The commits of an incident's home. Of a text beside the code it is not known who wrote it. */
export function incidentCommits({ home, occurrences }: Incident): readonly SeenIn[] {
  const commits = occurrences.flatMap((one) => (one.kind === "code" && one.repoId === home.repoId ? [one.commit] : []));
  return [{ repo: home, commits, all: commits.length === occurrences.length }];
}
