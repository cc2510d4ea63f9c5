import type { IncidentConfig } from "../core/incident/incident-config.ts";
import type { Subject } from "../core/incident/commands.ts";
import { shownFingerprint, type SuppressionReason } from "../core/suppression/suppression.ts";
import { askSuppression, type AskOutcome, type AskPorts } from "./ask-suppression.ts";
import { hasRight, mayRequest } from "./incident-rights.ts";
import { leakAuthorsOf, type LeakAuthorsPorts } from "./leak-authors.ts";
import type { CommandDesk } from "./ports/incident-commands.ts";
import type { CheckReport, Head } from "./ports/check-runs.ts";

export type SuppressOnHeadPorts = AskPorts &
  LeakAuthorsPorts & { readonly desk: Pick<CommandDesk, "roleOf" | "isInTeam"> };

/** What somebody wants about secrets that stand in the way of a head. */
export type WishOnHead = {
  readonly head: Head;
  readonly fingerprints: readonly string[];
  readonly reason: SuppressionReason;
  readonly note: string;
  readonly until: string | null;
  readonly by: string;
  /** Others decide, whatever right the asker has. */
  readonly onlyAsks: boolean;
  /** Logins that count among those who brought it in: who opened the pull request. */
  readonly alsoBy: readonly string[];
  readonly idOf: (fingerprint: string) => string;
};

/** Asks it for this repository alone, and approves it where the asker may. Null: they may not even ask. */
export async function suppressOnHead(
  wish: WishOnHead,
  config: IncidentConfig,
  ports: SuppressOnHeadPorts,
): Promise<(AskOutcome & { readonly decides: boolean }) | null> {
  const { repo } = wish.head;
  const { installationId, repoId } = repo;
  const secrets = [];
  for (const fingerprint of new Set(wish.fingerprints)) {
    const found = await leakAuthorsOf({ installationId, fingerprint }, [], ports);
    const authors = { ...found, logins: [...new Set([...found.logins, ...wish.alsoBy])] };
    secrets.push({ fingerprint, repoId, authors });
  }
  const decides = !wish.onlyAsks && (await hasRight(repo, wish.by, config.rights.dismiss, ports.desk));
  const authors = secrets.flatMap((secret) => secret.authors.logins);
  if (!decides && !(await mayRequest(repo, wish.by, authors, ports.desk))) return null;
  return { ...(await askSuppression({ ...wish, installationId, secrets, decides }, ports)), decides };
}

/** Which of these secrets a command means, or why that cannot be told. */
export function choose(
  subject: Subject,
  candidates: readonly string[],
  nothing: string,
): { readonly chosen: readonly string[] } | { readonly problem: string } {
  const all = [...new Set(candidates)];
  if (subject.kind === "named") {
    const chosen = all.filter((one) => one.startsWith(subject.fingerprint));
    if (chosen.length === 1) return { chosen };
    return chosen.length > 1
      ? { problem: "Several fingerprints begin like that: write more of it." }
      : { problem: "There is no such fingerprint here: the check lists those that are." };
  }
  if (all.length === 0) return { problem: nothing };
  if (subject.kind === "only" && all.length > 1)
    return { problem: `There are ${all.length}: say which, by the fingerprint that the check shows, or \`all\`.` };
  return { chosen: all };
}

/** The secrets that block. */
export const blockingIn = ({ verdict }: CheckReport): readonly string[] =>
  verdict.blocking.map(({ finding }) => finding.fingerprint);

/** For people: the secrets by their fingerprints; in a public place, how many they are. */
export const namesOf = (fingerprints: readonly string[], isPublic: boolean): string =>
  isPublic
    ? fingerprints.length === 1
      ? "1 secret"
      : `${fingerprints.length} secrets`
    : fingerprints.map((one) => `\`${shownFingerprint(one)}\``).join(", ");
