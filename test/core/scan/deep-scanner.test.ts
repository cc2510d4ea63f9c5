import { describe, expect, it } from "vitest";
import { createDeepScanner } from "../../../src/core/scan/deep-scanner.ts";
import type { ContentExpander, Expanded } from "../../../src/core/scan/expand.ts";
import type { Match, Span } from "../../../src/core/scan/finding.ts";
import type { ScanGap, Scanner } from "../../../src/core/scan/scanner.ts";
import { Secret } from "../../../src/core/scan/secret.ts";
import { aFinding } from "../../support/builders.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const spanAt = (offset: number, length: number): Span => ({
  offset,
  length,
  line: 1,
  column: offset + 1,
  endLine: 1,
  endColumn: offset + length + 1,
});

/** Finds words in capitals; `<word>` stands for a container, encoded as `rot`, that holds that word. */
const scanner: Scanner = {
  scan: ({ path, bytes }) => ({
    matches: [...text(bytes).matchAll(/[A-Z]+/g)].map((found): Match => ({
      secret: new Secret(found[0]),
      finding: aFinding({ path, fingerprint: found[0], span: spanAt(found.index, found[0].length) }),
    })),
    gaps: [],
    embedded: [...text(bytes).matchAll(/<(\w+)>/g)].map((found) => ({
      bytes: Buffer.from(`box:${found[1]?.toUpperCase()}`),
      via: ["rot"],
      span: spanAt(found.index, found[0].length),
    })),
  }),
};

/** `box:a|b` holds the entries `a` and `b`; `note:` the same in plain sight. */
const expander = (gaps: readonly ScanGap[] = []): ContentExpander & { readonly levels: number[] } => {
  const levels: number[] = [];
  return {
    levels,
    session: () => ({
      expand: ({ path, bytes }, level) => {
        const [, kind, inner] = /^(box|note):(.*)$/s.exec(text(bytes)) ?? [];
        if (kind === undefined || inner === undefined) return null;
        levels.push(level);
        return (async function* entries(): AsyncGenerator<Expanded> {
          for (const [at, entry] of inner.split("|").entries()) {
            const source = { path: `${path}!/${at + 1}`, bytes: Buffer.from(entry) };
            yield { kind: "text", source, via: [kind], inPlainSight: kind === "note" };
          }
          for (const gap of gaps) yield { kind: "gap", gap };
        })();
      },
    }),
  };
};

async function seen(content: string): Promise<readonly string[]> {
  const { matches } = await createDeepScanner(scanner, expander()).scan({ path: "f", bytes: Buffer.from(content) });
  return matches.map(
    ({ finding }) => `${finding.fingerprint} at ${finding.path}:${finding.span.offset} (${finding.via.join(" ")})`,
  );
}

describe("a deep scan", () => {
  it("of plain text is the scan", async () => {
    expect(await seen("one TWO three FOUR")).toEqual(["TWO at f:4 ()", "FOUR at f:14 ()"]);
  });

  it("tells what is in entries there, not in the container's own bytes", async () => {
    expect(await seen("box:a KEY|b KEY OTHER")).toEqual([
      "KEY at f!/1:2 (box)",
      "KEY at f!/2:2 (box)",
      "OTHER at f!/2:6 (box)",
    ]);
  });

  it("tells what is in plain sight there, not in entries", async () => {
    expect(await seen("note:a KEY")).toEqual(["KEY at f:7 ()"]);
  });

  it("tells what was encoded in a text where the encoded text stands", async () => {
    expect(await seen("see <key> here")).toEqual(["KEY at f!/1:4 (rot box)"]);
  });

  it("keeps a secret in plain text beside the same in encoded text", async () => {
    expect(await seen("KEY and <key>")).toEqual(["KEY at f:0 ()", "KEY at f!/1:8 (rot box)"]);
  });

  it("tells the opener how deep it is already", async () => {
    const opener = expander();
    await createDeepScanner(scanner, opener).scan({ path: "f", bytes: Buffer.from("box:<key>") });
    expect(opener.levels).toEqual([0, 2]);
  });

  it("passes on what could not be opened", async () => {
    const gap: ScanGap = { path: "f!/9", reason: "encrypted", detail: "locked" };
    const { gaps } = await createDeepScanner(scanner, expander([gap])).scan({ path: "f", bytes: Buffer.from("box:a") });
    expect(gaps).toEqual([gap]);
  });
});
