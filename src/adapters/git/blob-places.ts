import type { Place } from "../../core/change/change.ts";
import { pathText } from "../../core/change/path-text.ts";

/**
 * Which blobs a change brings, and where. Every blob once, every path of a blob once, with the commit that was added first. Kept in
 * columns of numbers: most blobs have one place, and there can be millions.
 */
export type BlobPlaces = {
  /** `path` as latin1 text, one character a byte. */
  readonly add: (sha: string, path: string, commit: string) => void;
  readonly size: () => number;
  /** Every blob, in the order of adding. */
  readonly shas: () => IterableIterator<string>;
  readonly placesOf: (sha: string, atHead: HeadFiles) => Place[];
  /** Every blob at every place, with its path in latin1. */
  readonly placed: () => Iterable<{ readonly sha: string; readonly path: string; readonly commit: string }>;
  /** Every distinct path (latin1). */
  readonly paths: () => readonly string[];
};

/** What the head commit has at a path (latin1), if anything. */
export type HeadFiles = { readonly shaAt: (path: string) => string | undefined };

export function createBlobPlaces(): BlobPlaces {
  const paths = createNumbering();
  const commits = createNumbering();
  const firstOf = new Map<string, number>();
  const pathColumn: number[] = [];
  const commitColumn: number[] = [];
  /** Path to commit, for blobs that stand at more than one path. */
  const furtherOf = new Map<number, Map<number, number>>();

  const place = (sha: string, path: number, commit: number, head: HeadFiles): Place => {
    const bytes = paths.textOf(path);
    return {
      path: pathText(bytes),
      commit: commits.textOf(commit),
      atHead: head.shaAt(bytes) === sha,
    };
  };

  return {
    add: (sha, pathBytes, commitSha) => {
      const path = paths.numberOf(pathBytes);
      const commit = commits.numberOf(commitSha);
      const first = firstOf.get(sha);
      if (first === undefined) {
        firstOf.set(sha, pathColumn.length);
        pathColumn.push(path);
        commitColumn.push(commit);
        return;
      }
      if (pathColumn[first] === path) return;
      const further = furtherOf.get(first) ?? new Map<number, number>();
      if (!further.has(path)) further.set(path, commit);
      furtherOf.set(first, further);
    },
    size: () => firstOf.size,
    shas: () => firstOf.keys(),
    placesOf: (sha, head) => {
      const first = firstOf.get(sha);
      if (first === undefined) return [];
      const further = furtherOf.get(first) ?? new Map<number, number>();
      const own = place(sha, pathColumn[first] ?? 0, commitColumn[first] ?? 0, head);
      return [own, ...Array.from(further, ([path, commit]) => place(sha, path, commit, head))];
    },
    placed: function* () {
      for (const [sha, first] of firstOf) {
        const own = [pathColumn[first] ?? 0, commitColumn[first] ?? 0] as const;
        for (const [path, commit] of [own, ...(furtherOf.get(first) ?? [])])
          yield { sha, path: paths.textOf(path), commit: commits.textOf(commit) };
      }
    },
    paths: () => paths.texts(),
  };
}

/** Texts and numbers for them, so that one that occurs often is held once. */
function createNumbering(): {
  readonly numberOf: (text: string) => number;
  readonly textOf: (number: number) => string;
  readonly texts: () => readonly string[];
} {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  return {
    numberOf: (text) => {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, texts.length);
      return texts.push(text) - 1;
    },
    textOf: (number) => texts[number] ?? "",
    texts: () => texts,
  };
}
