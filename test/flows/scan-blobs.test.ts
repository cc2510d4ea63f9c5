import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/scan/secret.ts";
import type { KeepableScanner, ScanGap } from "../../src/core/scan/scanner.ts";
import type { ReadBlob, WhatIsKnown } from "../../src/flows/ports/code-reader.ts";
import type { ScanMemory } from "../../src/flows/ports/scan-memory.ts";
import { scanBlobs } from "../../src/flows/scan-blobs.ts";
import { aFinding, aPlace, aRepo, aSha } from "../support/builders.ts";
import { fakeScanMemory } from "../support/fake-scan-memory.ts";
import { silentLog } from "../support/log.ts";

type Blob = Extract<ReadBlob, { readonly kind: "read" }>;

/** A reading of these blobs, by a reader that asks what is known, or by one that cannot. */
function readingOf(blobs: readonly ReadBlob[], asks = true) {
  const read = async function* (known: WhatIsKnown): AsyncGenerator<ReadBlob> {
    const objects = blobs.flatMap((blob) => (blob.kind === "read" ? [{ sha: blob.sha, places: blob.places }] : []));
    const spared = await known(objects);
    for (const blob of blobs) {
      if (blob.kind !== "read" || !spared.has(blob.sha)) yield blob;
      else yield { kind: "known", sha: blob.sha, places: blob.places };
    }
  };
  const nothingKnown = read(async () => new Set());
  return { submodules: 0, blobs: nothingKnown, ...(asks && { blobsBut: read }) };
}

/**
 * The kind of a place is its ending. Finds what follows "leak:"; opens "box:", whose entries hang on the path; tells of gaps; and
 * chokes on "hostile".
 */
function startScanner(identity = "one"): KeepableScanner & { readonly scanned: string[] } {
  const scanned: string[] = [];
  return {
    identity,
    scanned,
    kindOfPlace: (path) => path.slice(path.lastIndexOf(".")),
    scan: async ({ path, bytes }) => {
      const text = Buffer.from(bytes).toString();
      scanned.push(`${path}: ${text}`);
      if (text.includes("hostile")) throw new RangeError("quoting hostile content");
      const inner = text.startsWith("box:") ? `${path}!/${path.length}` : path;
      const found = Array.from(text.matchAll(/leak:(\w+)/g), ([, fingerprint = ""]) => ({
        finding: aFinding({ path: inner, fingerprint, ruleId: path.endsWith(".md") ? "in-prose" : "in-code" }),
        secret: new Secret(fingerprint),
      }));
      const reasons = ["encrypted", "timeout", "corrupt", "too-large"] as const;
      const gaps = reasons
        .filter((reason) => text.includes(reason))
        .map((reason): ScanGap => ({ path: inner, reason, detail: reason }));
      return { matches: found, gaps, hangsOnPath: text.startsWith("box:") };
    },
  };
}

const signal = new AbortController().signal;
const scan = (blobs: readonly ReadBlob[], scanner: KeepableScanner, memory: ScanMemory, asks = true) =>
  scanBlobs(aRepo(), readingOf(blobs, asks), scanner, { memory, log: silentLog }, signal);

/** The same text has the same id, as in git. */
const blobOf = (text: string, ...paths: readonly string[]): Blob => ({
  kind: "read",
  sha: Buffer.from(text).toString("hex").padEnd(40, "0").slice(0, 40),
  bytes: Buffer.from(text),
  places: paths.map((path) => aPlace({ path })),
});

describe("a blob that was scanned", () => {
  it("is neither read nor scanned again by the same scanner, and its finding is told all the same", async () => {
    const [memory, scanner] = [fakeScanMemory(), startScanner()];
    const blobs = [blobOf("leak:abc", "a.ts"), blobOf("clean", "b.ts")];
    const first = await scan(blobs, scanner, memory);
    expect(scanner.scanned).toHaveLength(2);
    expect(await scan(blobs, scanner, memory)).toEqual(first);
    expect(scanner.scanned).toHaveLength(2);
    expect(first).toMatchObject({
      findings: [{ finding: { path: "a.ts", fingerprint: "abc" } }],
      coverage: { blobs: 2, bytes: 13, unread: [] },
    });
  });

  it("is scanned again once the scanner is another one: other rules, another release", async () => {
    const memory = fakeScanMemory();
    await scan([blobOf("leak:abc", "a.ts")], startScanner(), memory);
    const other = startScanner("two");
    await scan([blobOf("leak:abc", "a.ts")], other, memory);
    expect(other.scanned).toEqual(["a.ts: leak:abc"]);
  });

  it("is known where it was moved to, unless that is another kind of place", async () => {
    const [memory, scanner] = [fakeScanMemory(), startScanner()];
    await scan([blobOf("leak:abc", "a.ts")], scanner, memory);
    const moved = await scan([blobOf("leak:abc", "b/c.ts")], scanner, memory);
    expect(moved.findings).toMatchObject([{ finding: { path: "b/c.ts" }, places: [{ path: "b/c.ts" }] }]);
    expect(scanner.scanned).toHaveLength(1);
    const prose = await scan([blobOf("leak:abc", "b/c.md")], scanner, memory);
    expect(prose.findings).toMatchObject([{ finding: { ruleId: "in-prose" } }]);
    expect(scanner.scanned).toHaveLength(2);
  });

  it("is scanned once for each kind of place it stands at, and told at every place", async () => {
    const scanner = startScanner();
    const places = ["a.ts", "b.ts", "c.ts", "d.md", "e.md"];
    const { findings, coverage } = await scan([blobOf("leak:abc", ...places)], scanner, fakeScanMemory());
    expect(scanner.scanned).toHaveLength(2);
    expect(findings.map(({ finding }) => finding.path)).toEqual(places);
    expect(coverage).toMatchObject({ blobs: 1, bytes: 8 });
  });

  it("is scanned at each of its paths if what it says hangs on the path, and then known at these", async () => {
    const [memory, scanner] = [fakeScanMemory(), startScanner()];
    const boxes = [blobOf("box:leak:abc", "a.ts", "bb.ts")];
    const first = await scan(boxes, scanner, memory);
    expect(first.findings.map(({ finding }) => finding.path)).toEqual(["a.ts!/4", "bb.ts!/5"]);
    expect(scanner.scanned).toHaveLength(2);
    expect(await scan(boxes, scanner, memory)).toEqual(first);
    expect(scanner.scanned).toHaveLength(2);
    await scan([blobOf("box:leak:abc", "ccc.ts")], scanner, memory);
    expect(scanner.scanned).toHaveLength(3);
  });

  it.each(["timeout", "corrupt", "too-large", "hostile"])(
    "is looked into again if it was left unread: %s",
    async (why) => {
      const [memory, scanner] = [fakeScanMemory(), startScanner()];
      const blobs = [blobOf(`leak:abc ${why}`, "a.ts")];
      const first = await scan(blobs, scanner, memory);
      expect(first.coverage.unread).toHaveLength(1);
      expect(await scan(blobs, scanner, memory)).toEqual(first);
      expect(scanner.scanned).toHaveLength(2);
    },
  );

  it("stays unread where nothing could change that", async () => {
    const [memory, scanner] = [fakeScanMemory(), startScanner()];
    const blobs = [blobOf("encrypted", "a.ts")];
    await scan(blobs, scanner, memory);
    const { coverage } = await scan(blobs, scanner, memory);
    expect(coverage.unread).toMatchObject([{ path: "a.ts", reason: "encrypted", commit: aPlace().commit }]);
    expect(scanner.scanned).toHaveLength(1);
  });

  it("is remembered without its secret", async () => {
    const remembered: unknown[] = [];
    const memory: ScanMemory = {
      ...fakeScanMemory(),
      remember: async (_, scanned) => void remembered.push(...scanned),
    };
    await scan([blobOf("leak:abc", "a.ts")], startScanner(), memory);
    expect(remembered).toMatchObject([{ answer: { said: { findings: [{ path: "", fingerprint: "abc" }] } } }]);
    expect(JSON.stringify(remembered)).not.toMatch(/a\.ts|"secret"/);
  });

  it("is scanned again by a reader that cannot leave it out", async () => {
    const [memory, scanner] = [fakeScanMemory(), startScanner()];
    const first = await scan([blobOf("leak:abc", "a.ts")], scanner, memory, false);
    expect(await scan([blobOf("leak:abc", "a.ts")], scanner, memory, false)).toEqual(first);
    expect(scanner.scanned).toHaveLength(2);
  });
});

const texts = fc.constantFrom(
  "clean",
  "leak:one",
  "leak:two leak:three",
  "box:leak:four",
  "box:encrypted leak:five",
  "encrypted",
  "timeout leak:six",
  "hostile",
);
const paths = fc.uniqueArray(fc.constantFrom("a.ts", "b.ts", "c/d.ts", "e.md", "f.md", "g.json"), {
  minLength: 1,
  maxLength: 4,
});
const changes = fc
  .uniqueArray(fc.tuple(texts, paths), { selector: ([text]) => text, maxLength: 6 })
  .map((blobs) => blobs.map(([text, at]) => blobOf(text, ...at)));
const message: ReadBlob = { kind: "message", of: "commit", sha: aSha("9"), bytes: Buffer.from("say leak:seven") };
const lfs: ReadBlob = { kind: "unread", unread: { path: "l", reason: "lfs-pointer", detail: "" } };

it("with a memory the answer is the same as without, whatever was scanned before", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { minLength: 1, maxLength: 5 }), async (history) => {
      const memory = fakeScanMemory();
      for (const change of history) {
        const blobs = [...change, message, lfs];
        const forgetful = await scan(blobs, startScanner(), fakeScanMemory(), false);
        expect(await scan(blobs, startScanner(), memory)).toEqual(forgetful);
      }
    }),
  );
});
