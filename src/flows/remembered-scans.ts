import type { Place, RepoRef } from "../core/change/change.ts";
import { isFinal, type PathFree } from "../core/scan/kept-scan.ts";
import type { KeepableScanner } from "../core/scan/scanner.ts";
import type { WhatIsKnown } from "./ports/code-reader.ts";
import type { ScanAnswer, ScanMemory, ScanQuestion } from "./ports/scan-memory.ts";

/** What was answered about one object at one path. */
type Said = Extract<ScanAnswer, { readonly kind: "scanned" }>;

/** The memory, for the time of one reading. */
export type RememberedScans = {
  readonly kindOf: (path: string) => string;
  /** Known is what has an answer at each of its paths. */
  readonly whatIsKnown: WhatIsKnown;
  /** By path, what was answered about an object that was said to be known. Once. */
  readonly take: (sha: string) => ReadonlyMap<string, Said>;
  /** Keeps an answer, if asking again could bring nothing new. `hangsOnPath`: it holds at this very path only. */
  readonly keep: (
    sha: string,
    path: string,
    answer: { readonly said: PathFree; readonly bytes: number; readonly hangsOnPath: boolean },
  ) => Promise<void>;
  /** Sees to it that everything kept is stored. */
  readonly close: () => Promise<void>;
};

/** So many answers are stored at once. */
const batch = 500;

/** Opens the memory of what a scanner answered for an installation. */
export function openRememberedScans(repo: RepoRef, scanner: KeepableScanner, memory: ScanMemory): RememberedScans {
  const kinds = new Map<string, string>();
  const kindOf = (path: string): string => {
    const kind = kinds.get(path) ?? scanner.kindOfPlace(path);
    kinds.set(path, kind);
    return kind;
  };
  const about = (object: string, place: string): ScanQuestion => ({ scanner: scanner.identity, object, place });
  /** No kind is called so: kinds that are paths begin with none. */
  const ownPlace = (path: string): string => `/${path}`;
  const known = new Map<string, Map<string, Said>>();
  let fresh: { readonly question: ScanQuestion; readonly answer: ScanAnswer }[] = [];
  const close = async (): Promise<void> => {
    const scanned = fresh;
    fresh = [];
    if (scanned.length > 0) await memory.remember(repo, scanned);
  };

  type Asked = { readonly sha: string; readonly path: string };
  const recall = async (asked: readonly Asked[], placeOf: (path: string) => string) =>
    asked.length === 0
      ? []
      : memory.recall(
          repo,
          asked.map(({ sha, path }) => about(sha, placeOf(path))),
        );
  /** Asks by kind, and by path where that is the answer. */
  const answersTo = async (asked: readonly Asked[]): Promise<readonly (ScanAnswer | null)[]> => {
    const byKind = await recall(asked, kindOf);
    const hanging = asked.filter((_, index) => byKind[index]?.kind === "hangs-on-path");
    const byPath = (await recall(hanging, ownPlace)).values();
    return byKind.map((answer) => (answer?.kind === "hangs-on-path" ? (byPath.next().value ?? null) : answer));
  };

  return {
    kindOf,
    whatIsKnown: async (objects) => {
      const asked = objects.flatMap(({ sha, places }) => [...pathsOf(places)].map((path) => ({ sha, path })));
      const answers = await answersTo(asked);
      const said = new Map<string, Map<string, Said>>(objects.map(({ sha }) => [sha, new Map()]));
      for (const [index, { sha, path }] of asked.entries()) {
        const answer = answers[index];
        if (answer?.kind === "scanned") said.get(sha)?.set(path, answer);
        else said.delete(sha);
      }
      for (const [sha, answer] of said) known.set(sha, answer);
      return new Set(said.keys());
    },
    take: (sha) => {
      const answer = known.get(sha);
      known.delete(sha);
      if (answer === undefined) throw new Error(`Expected an object that was said to be known, found ${sha}.`);
      return answer;
    },
    keep: async (sha, path, { said, bytes, hangsOnPath }) => {
      if (!isFinal(said)) return;
      const place = hangsOnPath ? ownPlace(path) : kindOf(path);
      if (hangsOnPath) fresh.push({ question: about(sha, kindOf(path)), answer: { kind: "hangs-on-path" } });
      fresh.push({ question: about(sha, place), answer: { kind: "scanned", bytes, said } });
      if (fresh.length >= batch) await close();
    },
    close,
  };
}

/** The distinct paths of some places. */
const pathsOf = (places: readonly Place[]): ReadonlySet<string> => new Set(places.map(({ path }) => path));
