import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createContentExpander } from "../../../src/adapters/archives/content-expander.ts";
import { defaultExpandLimits } from "../../../src/adapters/archives/limits.ts";
import { arOf } from "../../support/archives/ar.ts";
import { bzip2Of } from "../../support/archives/bzip2.ts";
import { pdfOf } from "../../support/archives/pdf.ts";
import { sqliteOf } from "../../support/archives/sqlite.ts";
import { tarOf } from "../../support/archives/tar.ts";
import { xzOf } from "../../support/archives/xz.ts";
import { zipOf } from "../../support/archives/zip.ts";

const mebibyte = 1024 * 1024;
const expander = createContentExpander({
  ...defaultExpandLimits,
  totalBytes: 4 * mebibyte,
  ratioFloorBytes: mebibyte,
  millis: 5000,
});
afterAll(expander.close);

const text = "a line of text\n".repeat(40);
const documents = { "[Content_Types].xml": "<Types/>", "word/document.xml": "<w:p><w:r><w:t>a</w:t></w:r></w:p>" };
const notebook = JSON.stringify({
  cells: [{ source: ["a", "b"], outputs: [{ text: "x", data: { "text/html": ["<b>"] } }] }],
  nbformat: 4,
});

const files: readonly (readonly [string, number, () => Promise<Buffer> | Buffer])[] = [
  ["zip", 150, () => zipOf({ "a.txt": text, "b/c.txt": "short" })],
  ["docx", 100, () => zipOf(documents)],
  ["tar", 150, () => tarOf({ "a.txt": text, [`${"n".repeat(150)}/b`]: "short" })],
  ["tar.gz", 100, async () => gzipSync(await tarOf({ "a.zip": await zipOf({ "a.txt": text }) }))],
  ["gz", 100, () => gzipSync(text)],
  ["zst", 100, () => zstdCompressSync(text)],
  ["ar", 100, () => arOf({ "a.txt": text, "b.txt": "odd" })],
  ["ipynb", 100, () => Buffer.from(notebook)],
  ["bz2", 40, () => bzip2Of(text)],
  ["xz", 40, () => xzOf(text)],
  [
    "db",
    40,
    () => sqliteOf("create table t (a, b); create index i on t (a)", [text, "x"], "insert into t values (?, ?)"),
  ],
  ["pdf", 20, () => pdfOf(["a", "b"])],
];

/** Bytes changed, and the end cut off. The start stays, so that the kind is still seen. */
const damage = fc.record({
  keep: fc.double({ min: 0.05, max: 1, noNaN: true }),
  changes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat({ max: 255 })), {
    maxLength: 12,
  }),
});

describe("whatever becomes of a file's bytes, it is opened or there is a gap, and the time is bounded", () => {
  it.each(files)("%s", async (ending, numRuns, make) => {
    const whole = await make();
    await fc.assert(
      fc.asyncProperty(damage, async ({ keep, changes }) => {
        const bytes = Buffer.from(whole.subarray(0, Math.max(8, Math.floor(whole.length * keep))));
        for (const [at, value] of changes) bytes[8 + Math.floor(at * (bytes.length - 8))] = value;
        let length = 0;
        for await (const entry of expander.session().expand({ path: `x.${ending}`, bytes }, 0) ?? []) {
          length += entry.kind === "text" ? entry.source.bytes.length : 0;
        }
        expect(length).toBeLessThanOrEqual(5 * mebibyte);
      }),
      { numRuns: Number(process.env["KEYWARD_FUZZ_RUNS"] ?? numRuns) },
    );
  });
});
