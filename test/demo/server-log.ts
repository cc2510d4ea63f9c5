/** What Keyward itself logged when it judged a head: what it read, counted. */
export type Judged = {
  readonly scope: string;
  readonly outcome: string;
  readonly findings: number;
  readonly commits: number;
  readonly blobs: number;
  readonly bytes: number;
  readonly unread: number;
};

/** The judgements of a head in the server's structured log, oldest first. */
export function judgementsOf(output: string, head: string): readonly Judged[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Judged & { readonly msg: string; readonly head?: string })
    .filter((line) => line.msg === "change judged" && line.head === head);
}
