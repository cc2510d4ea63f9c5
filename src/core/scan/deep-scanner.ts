import { type Seen, withoutEchoes } from "./echoes.ts";
import type { ContentExpander, Expanded, ExpandSession } from "./expand.ts";
import type { Finding } from "./finding.ts";
import type { ContentScanner, Embedded, ScanGap, Scanner } from "./scanner.ts";
import type { SourceText } from "./source-text.ts";

/** One scan of one file, while it goes on. */
type Scan = {
  readonly scanner: Scanner;
  readonly session: ExpandSession;
  readonly seen: Seen[];
  readonly gaps: ScanGap[];
  views: number;
  origins: number;
  hangsOnPath: boolean;
};

/** How a text was come by. */
type Way = {
  /** The containers and decoders passed. */
  readonly level: number;
  readonly origin: number;
  readonly inPlainSight: boolean;
  /** What the way to the text adds to a finding in it. */
  readonly label: (finding: Finding) => Finding;
};

/**
 * A scanner that also looks into containers: into a file that is one, and into one that was encoded in a text. A finding in an
 * entry has the entry's path and its span there; one in encoded text keeps the span of that text. What is visible both in a
 * container's own bytes and in an entry is one finding.
 */
export function createDeepScanner(scanner: Scanner, expander: ContentExpander): ContentScanner {
  return {
    scan: async (source) => {
      const counts = { views: 0, origins: 0, hangsOnPath: false };
      const scan: Scan = { scanner, session: expander.session(), seen: [], gaps: [], ...counts };
      const way: Way = { level: 0, origin: 0, inPlainSight: false, label: (finding) => finding };
      const entries = scan.session.expand(source, way.level);
      const embedded = scanText(source, scan, way);
      // What is encoded in a container's own bytes is met again, and better placed, in its entries.
      await (entries === null ? scanEmbedded(source.path, embedded, scan, way) : scanEntries(entries, scan, way));
      return { matches: withoutEchoes(scan.seen), gaps: scan.gaps, hangsOnPath: scan.hangsOnPath };
    },
  };
}

/** Gives the containers that were encoded in the text. */
function scanText(source: SourceText, scan: Scan, way: Way): readonly Embedded[] {
  const view = scan.views++;
  const { matches, gaps, embedded = [], hangsOnPath = false } = scan.scanner.scan(source);
  scan.hangsOnPath ||= hangsOnPath;
  for (const { finding, secret } of matches) {
    scan.seen.push({ match: { finding: way.label(finding), secret }, view, ...way });
  }
  scan.gaps.push(...gaps);
  return embedded;
}

async function scanEntries(entries: AsyncIterable<Expanded>, scan: Scan, way: Way): Promise<void> {
  // Entries have names, and kinds, of their own.
  scan.hangsOnPath = true;
  for await (const entry of entries) {
    if (entry.kind === "gap") {
      // Encoded text may begin like a container by chance, or be cut in an example; then nothing is in it.
      if (way.origin === 0 || entry.gap.reason !== "corrupt") scan.gaps.push(entry.gap);
      continue;
    }
    const { source, via, inPlainSight } = entry;
    const label: Way["label"] = (finding) => way.label({ ...finding, via: [...via, ...finding.via] });
    const inner: Way = { ...way, level: way.level + via.length, inPlainSight, label };
    await scanEmbedded(source.path, scanText(source, scan, inner), scan, inner);
  }
}

/** What is in containers that were encoded in a text stands, for a person, where the encoded text stands. */
async function scanEmbedded(path: string, embedded: readonly Embedded[], scan: Scan, way: Way): Promise<void> {
  for (const { bytes, span, via } of embedded) {
    const label: Way["label"] = (finding) => way.label({ ...finding, span, via: [...via, ...finding.via] });
    const level = way.level + via.length;
    const entries = scan.session.expand({ path, bytes }, level);
    if (entries !== null) await scanEntries(entries, scan, { ...way, level, origin: ++scan.origins, label });
  }
}
