import type { Finding } from "./finding.ts";
import type { ScanGap } from "./scanner.ts";

/** What a scan said, without the secrets. To be kept, it has what follows the path (`!/entry`, mostly nothing) where the path was. */
export type PathFree = { readonly findings: readonly Finding[]; readonly gaps: readonly ScanGap[] };

/** What a scan at that path said, to be kept; null where one of its paths begins with something else. */
export function withoutPath({ findings, gaps }: PathFree, path: string): PathFree | null {
  if (![...findings, ...gaps].every((one) => one.path.startsWith(path))) return null;
  const cut = <T extends { readonly path: string }>(one: T): T => ({ ...one, path: one.path.slice(path.length) });
  return { findings: findings.map(cut), gaps: gaps.map(cut) };
}

/** The same, as a scan at that path would have said it. */
export function atPath({ findings, gaps }: PathFree, path: string): PathFree {
  const joined = <T extends { readonly path: string }>(one: T): T => ({ ...one, path: path + one.path });
  return { findings: findings.map(joined), gaps: gaps.map(joined) };
}

/** Gaps that are there as often as one looks; others (time that ran out, memory, a worker that ended) may be closed next time. */
const lasting: readonly ScanGap["reason"][] = ["encrypted", "unsupported", "too-deep"];

/** Whether asking again could bring nothing new. */
export const isFinal = ({ gaps }: PathFree): boolean => gaps.every(({ reason }) => lasting.includes(reason));
