import type { RepoRef } from "../../core/change/change.ts";
import { pageNameOf, type TextPlace } from "../../core/incident/occurrence.ts";

type Named = Pick<RepoRef, "owner" | "name">;

/** Addresses of GitHub's pages for people, for the GitHub whose API we use. Everything in them is percent-encoded. */
export type WebUrls = {
  /** Without a trailing slash: `https://github.com`. */
  readonly base: string;
  readonly repository: (repo: Named) => string;
  readonly commit: (repo: Named, sha: string) => string;
  /** A permanent link to a line of a file as it was in a commit. */
  readonly line: (repo: Named, commit: string, path: string, line: number) => string;
  readonly issue: (repo: Named, number: number) => string;
  /** The page on which a text stands that is not in a file. */
  readonly text: (repo: Named, place: TextPlace) => string;
};

/**
 * The pages that belong to an API address: `https://api.github.com`, `https://api.NAME.ghe.com` (data residency),
 * `https://HOST/api/v3` (Enterprise Server), or any other address, whose pages are then at its root.
 */
export function createWebUrls(apiUrl: string): WebUrls {
  const base = webBaseOf(apiUrl);
  const repoUrl = ({ owner, name }: Named): string => `${base}/${encodeSegment(owner)}/${encodeSegment(name)}`;
  return {
    base,
    repository: repoUrl,
    commit: (repo, sha) => `${repoUrl(repo)}/commit/${encodeSegment(sha)}`,
    line: (repo, commit, path, line) =>
      `${repoUrl(repo)}/blob/${encodeSegment(commit)}/${encodePath(path)}${asSource(path)}#L${line}`,
    issue: (repo, number) => `${repoUrl(repo)}/issues/${number}`,
    text: (repo, place) => `${repoUrl(repo)}/${textPage(place)}`,
  };
}

/** GitHub leads on from `issues/N` to `pull/N` where that is what the number stands for. */
function textPage(place: TextPlace): string {
  switch (place.surface) {
    case "issue":
      return `issues/${place.number}`;
    case "pull-request":
      return `pull/${place.number}`;
    case "issue-comment":
      return `issues/${place.number}#issuecomment-${place.id}`;
    case "review":
      return `pull/${place.number}#pullrequestreview-${place.id}`;
    case "review-comment":
      return `pull/${place.number}#discussion_r${place.id}`;
    case "release":
      return `releases/tag/${encodePath(place.tag)}`;
    case "wiki":
      return place.path === null
        ? `wiki/_compare/${encodeSegment(place.revision)}`
        : `wiki/${encodeSegment(pageNameOf(place.path))}/${encodeSegment(place.revision)}`;
    case "commit-message":
      return `commit/${encodeSegment(place.commit)}`;
    case "tag-message":
      return `releases/tag/${encodePath(place.tag)}`;
  }
}

function webBaseOf(apiUrl: string): string {
  const url = new URL(apiUrl);
  const ofGithub = url.hostname === "api.github.com" || /^api\.[^.]+\.ghe\.com$/.test(url.hostname);
  if (ofGithub) url.hostname = url.hostname.slice("api.".length);
  return url.origin + url.pathname.replace(/\/+$/, "").replace(/\/api\/v3$/, "");
}

// Files that GitHub shows rendered have no line anchors unless the source is asked for.
const rendered = /\.(?:md|markdown|mdown|mkdn?|rst|adoc|asciidoc|textile|org|creole|wiki|pod|rdoc)$/i;
const asSource = (path: string): string => (rendered.test(path) ? "?plain=1" : "");

function encodePath(path: string): string {
  const bytes = unquoted(path);
  if (bytes) return Array.from(bytes, encodeByte).join("");
  return path.split("/").map(encodeSegment).join("/");
}

/** Also the characters that `encodeURIComponent` leaves alone but that would end a Markdown link. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function encodeByte(byte: number): string {
  const char = String.fromCharCode(byte);
  return /[A-Za-z0-9._~/-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, "\\": 92 };

/**
 * The bytes of a path that git quoted because it is not valid UTF-8 (`"caf\351.txt"`, see core.quotePath in git-config(1)), or
 * null for any other path. Only such a path holds an octal escape above \177, so a name that merely has quotes is left alone.
 */
function unquoted(path: string): Uint8Array | null {
  if (!/^".*\\[23][0-7]{2}.*"$/s.test(path)) return null;
  const parts = path.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs);
  return Buffer.concat(
    Array.from(parts, ([whole, octal, escape]) => {
      if (octal !== undefined) return Buffer.of(Number.parseInt(octal, 8));
      return escape === undefined ? Buffer.from(whole) : Buffer.of(escapes[escape] ?? escape.charCodeAt(0));
    }),
  );
}
