import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createContentExpander } from "../../../src/adapters/archives/content-expander.ts";
import { defaultExpandLimits } from "../../../src/adapters/archives/limits.ts";
import { bzip2Of } from "../../support/archives/bzip2.ts";
import { opened } from "../../support/archives/opened.ts";
import { pdfFrom, pdfOf, pdfStream } from "../../support/archives/pdf.ts";
import { sqliteOf } from "../../support/archives/sqlite.ts";
import { tarOf } from "../../support/archives/tar.ts";
import { xzOf } from "../../support/archives/xz.ts";
import { patchedZip, renamedZip, zipOf } from "../../support/archives/zip.ts";

const mebibyte = 1024 * 1024;
const text = "a line of text\n";

const reasonsOf = ({ gaps }: Awaited<ReturnType<typeof opened>>): readonly string[] =>
  gaps.map(({ path, reason }) => `${path}: ${reason}`);

describe("bombs", () => {
  it("are cut at what their packed size allows, and said", async () => {
    const zip = await zipOf({ "zeros.bin": Buffer.alloc(100 * mebibyte), "small.txt": text });
    const { texts, gaps } = await opened("bomb.zip", zip);
    expect(texts.map(({ path, text }) => [path, text.length < 30 * mebibyte])).toEqual([
      ["bomb.zip!/zeros.bin", true],
      ["bomb.zip!/small.txt", true],
    ]);
    expect(gaps).toEqual([
      {
        path: "bomb.zip!/zeros.bin",
        reason: "too-large",
        detail: expect.stringMatching(/^Unpacks to more than \d+\.\d MiB/),
      },
    ]);
  });

  it("of many entries that share what is packed end at the total", async () => {
    const zip = await zipOf(
      Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${at}.bin`, Buffer.alloc(mebibyte)])),
    );
    const { texts, gaps } = await opened("bomb.zip", zip, { totalBytes: 10 * mebibyte });
    expect(texts.filter(({ text }) => text.length > 0)).toHaveLength(10);
    expect(gaps).toEqual([
      { path: "bomb.zip", reason: "too-large", detail: expect.stringContaining("40 entries, the first being 10.bin") },
    ]);
  });

  it("inside each other end at the total too", async () => {
    let zip = await zipOf({ "zeros.bin": Buffer.alloc(4 * mebibyte) });
    for (let level = 0; level < 4; level++)
      zip = await zipOf(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`${at}.zip`, zip])));
    const { texts, gaps } = await opened("42.zip", zip, { totalBytes: 30 * mebibyte });
    expect(texts.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(30 * mebibyte);
    expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(["too-large"]));
    expect(gaps.length).toBeLessThanOrEqual(101);
  });

  it.each([
    ["gzip", (body: Buffer) => gzipSync(body)],
    ["bzip2", (body: Buffer) => bzip2Of(body)],
    ["xz", (body: Buffer) => xzOf(body)],
  ])("in %s give their beginning", async (_, pack) => {
    const { texts, gaps } = await opened("x", pack(Buffer.from(text.repeat(200))), { entryBytes: 150 });
    expect(texts.map(({ text }) => text)).toEqual([text.repeat(10)]);
    expect(gaps.map(({ reason }) => reason)).toEqual(["too-large"]);
  });

  it("in a database or document end at the room they have", async () => {
    const database = sqliteOf(
      "create table t (v); with recursive n(i) as (select 1 union all select i + 1 from n where i < 500) insert into t select hex(zeroblob(500)) from n",
    );
    expect(reasonsOf(await opened("a.db", database, { entryBytes: 100_000 }))).toEqual(["a.db!/t: too-large"]);
    const document = pdfOf(["x"], { info: "y".repeat(5000) });
    expect(reasonsOf(await opened("a.pdf", document, { entryBytes: 1000 }))).toEqual(["a.pdf: too-large"]);
  });
});

describe("nesting", () => {
  it("of a thousand levels ends at the limit, and what is left is scanned as it is", async () => {
    let packed: Buffer = Buffer.from(text);
    for (let level = 0; level < 1000; level++) packed = gzipSync(packed, { level: 0 });
    const { texts, gaps } = await opened("deep.gz", packed);
    expect(gaps).toEqual([
      { path: "deep.gz", reason: "too-deep", detail: "More than 8 containers inside each other." },
    ]);
    expect(texts.map(({ via }) => via)).toEqual([Array(8).fill("gzip").join(" ")]);
  });

  it("of an archive that holds itself ends too", async () => {
    let zip = await zipOf({ "r.txt": text });
    for (let level = 0; level < 20; level++) zip = await zipOf({ "r/r.zip": zip, "r.txt": text });
    const { texts, gaps } = await opened("r.zip", zip);
    expect(texts.filter(({ path }) => path.endsWith("r.txt"))).toHaveLength(8);
    expect(gaps.map(({ reason }) => reason)).toEqual(["too-deep"]);
  });
});

describe("names", () => {
  it.each([
    ["../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd"],
    ["/etc/passwd.....", "etc/passwd....."],
    ["C:\\windows\\x.txt", "C:/windows/x.txt"],
    ["a\u0007b\u001b[31mc.txt", "a%07b%1B[31mc.txt"],
    ["x!/../y!/config.y", "x%21/%2E%2E/y%21/config.y"],
    ["..\\..\\x", "%2E%2E/%2E%2E/x"],
  ])("such as %j are harmless where they are shown", async (name, shown) => {
    const zip = renamedZip(await zipOf({ ["n".repeat(name.length)]: text }), "n".repeat(name.length), name);
    expect((await opened("a.zip", zip)).texts.map(({ path }) => path)).toEqual([`a.zip!/${shown}`]);
  });

  it("of tar entries are treated alike", async () => {
    const tar = await tarOf({ "../../up\u202etxt.exe": text });
    expect((await opened("a.tar", tar)).texts.map(({ path }) => path)).toEqual([
      "a.tar!/%2E%2E/%2E%2E/up%E2%80%AEtxt.exe",
    ]);
  });
});

describe("damage", () => {
  it("by a password is said for the entry", async () => {
    const zip = patchedZip(await zipOf({ "a.txt": text, "b.txt": text }), 1, { local: 6, directory: 8 });
    const result = await opened("a.zip", zip);
    expect(reasonsOf(result)).toEqual(["a.zip!/a.txt: encrypted"]);
    expect(result.texts.map(({ path }) => path)).toEqual(["a.zip!/b.txt"]);
  });

  it("of a checksum is said, and what came out is given", async () => {
    const zip = patchedZip(await zipOf({ "a.txt": text }), 0x1234, { local: 14, directory: 16 });
    const result = await opened("a.zip", zip);
    expect(reasonsOf(result)).toEqual(["a.zip!/a.txt: corrupt"]);
    expect(result.texts.map(({ text }) => text)).toEqual([text]);
  });

  it("by an unknown method is said", async () => {
    const zip = patchedZip(await zipOf({ "a.txt": text }), 97, { local: 8, directory: 10 });
    expect(reasonsOf(await opened("a.zip", zip))).toEqual(["a.zip!/a.txt: unsupported"]);
  });

  it("by a password on a whole document is said", async () => {
    const extra = `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${"00".repeat(32)}> /U <${"11".repeat(32)}> /P -4 >> /ID [<00><00>]`;
    expect(reasonsOf(await opened("a.pdf", pdfOf(["x"], { extra })))).toEqual(["a.pdf: encrypted"]);
    const office = Buffer.concat([
      Buffer.from("d0cf11e0a1b11ae1", "hex"),
      Buffer.alloc(900),
      Buffer.from("EncryptedPackage", "utf16le"),
      Buffer.alloc(100),
    ]);
    expect(reasonsOf(await opened("a.docx", office))).toEqual(["a.docx: encrypted"]);
  });

  it("by being cut leaves what came before", async () => {
    const body = Buffer.from(Array.from({ length: 20_000 }, (_, at) => `line ${at * 7919}\n`).join(""));
    for (const [path, packed] of [
      ["a.gz", gzipSync(body)],
      ["a.xz", xzOf(body)],
    ] as const) {
      const { texts, gaps } = await opened(path, packed.subarray(0, packed.length / 2));
      expect(texts[0]?.text.slice(0, 1000)).toBe(body.toString("latin1", 0, 1000));
      expect(gaps.map(({ reason }) => reason)).toEqual(["corrupt"]);
    }
    const tar = await tarOf({ "a.txt": text, "b.txt": body });
    expect(reasonsOf(await opened("a.tar", tar.subarray(0, 3000)))).toEqual(["a.tar: corrupt"]);
    const zip = await zipOf({ "a.txt": text });
    expect(reasonsOf(await opened("a.zip", zip.subarray(0, -10)))).toEqual(["a.zip: corrupt"]);
  });

  it("by bytes around an archive does no harm", async () => {
    const [one, two] = [await zipOf({ "one.txt": text }), await zipOf({ "two.txt": text })];
    for (const junk of ["x", "junk".repeat(9)]) {
      const { texts, gaps } = await opened("a.zip", Buffer.concat([one, two, Buffer.from(junk)]));
      expect(texts.map(({ path }) => path)).toEqual(["a.zip!/preceding.zip!/one.txt", "a.zip!/two.txt"]);
      expect(gaps).toEqual([]);
    }
  });

  it("of a tar header that claims to be huge is said", async () => {
    const tar = await tarOf({ "a.txt": text, "b.txt": text });
    tar.write("77777777777", 1024 + 124, "latin1");
    tar.write("        ", 1024 + 148, "latin1");
    const sum = tar.subarray(1024, 1536).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, "0")}\0 `, 1024 + 148, "latin1");
    const result = await opened("a.tar", tar);
    expect(result.texts.map(({ path }) => path)).toEqual(["a.tar!/a.txt"]);
    expect(reasonsOf(result)).toEqual(["a.tar: corrupt"]);
  });

  it("of databases and documents is said", async () => {
    const database = sqliteOf("create table t (v); insert into t values (1)");
    expect(reasonsOf(await opened("a.db", database.subarray(0, 200)))).toEqual(["a.db: corrupt"]);
    expect(
      reasonsOf(await opened("a.db", Buffer.concat([database.subarray(0, 100), Buffer.alloc(8000, 0x41)]))),
    ).toEqual(["a.db: corrupt"]);
    expect(reasonsOf(await opened("a.pdf", Buffer.from(`%PDF-1.7\n${"garbage ".repeat(500)}`)))).toEqual([
      "a.pdf: corrupt",
    ]);
  });

  it.each([
    ["a.7z", "7z\xbc\xaf\x27\x1c\0\x04"],
    ["a.rar", "Rar!\x1a\x07\x01\0"],
    ["a.lz4", "\x04\x22\x4d\x18\x64\x40"],
  ])("by a format nobody here can open is said: %s", async (path, start) => {
    expect(reasonsOf(await opened(path, Buffer.from(start.padEnd(64, "\0"), "latin1")))).toEqual([
      `${path}: unsupported`,
    ]);
  });
});

describe("numbers", () => {
  it("of entries end at the limit", async () => {
    const zip = await zipOf(Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`${at}.txt`, text])));
    const result = await opened("many.zip", zip, { entries: 100 });
    expect(result.texts).toHaveLength(100);
    expect(result.gaps).toEqual([
      { path: "many.zip", reason: "too-large", detail: expect.stringContaining("20 of its entries were not read") },
    ]);
    const tar = await tarOf(Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`${at}.txt`, text])));
    expect((await opened("many.tar", tar, { entries: 100 })).texts).toHaveLength(100);
  });

  it("of a hundred thousand entries take bounded time", async () => {
    const tar = await tarOf(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${at}.txt`, text])));
    const many = Buffer.concat([...Array<Buffer>(1000).fill(tar.subarray(0, 100 * 1024)), Buffer.alloc(1024)]);
    const result = await opened("many.tar", many);
    expect(result.texts).toHaveLength(50_000);
    expect(reasonsOf(result)).toEqual(["many.tar: too-large"]);
  });

  it("of gaps are kept readable", async () => {
    const inner = await zipOf({ "a.txt": text });
    const broken = inner.subarray(0, -4);
    const tar = await tarOf(Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`${at}.zip`, broken])));
    const { gaps } = await opened("many.tar", tar);
    expect(gaps).toHaveLength(101);
    expect(gaps.at(-1)?.detail).toBe("200 more places inside this file could not be read.");
  });
});

describe("time and memory", () => {
  it("that a container takes too much of is said", async () => {
    const zip = await zipOf({ "a.txt": text, "b.txt": text });
    expect(reasonsOf(await opened("a.zip", zip, { millis: 0 }))).toEqual(["a.zip: timeout"]);
  });

  it.each([
    ["time", "timeout", () => endlessPdf(), { millis: 1500 }],
    ["memory", "too-large", () => swellingPdf(), { workerMegabytes: 150 }],
  ])(
    "%s end the thread that takes too much, and the next container is opened again",
    async (_, reason, make, limits) => {
      const expander = createContentExpander({ ...defaultExpandLimits, ...limits });
      const open = async (bytes: Buffer): Promise<readonly string[]> => {
        const seen: string[] = [];
        for await (const entry of expander.session().expand({ path: "x", bytes }, 0) ?? []) {
          seen.push(entry.kind === "gap" ? entry.gap.reason : entry.source.path);
        }
        return seen;
      };
      expect(await open(make())).toEqual([reason]);
      expect(await open(xzOf(text))).toEqual(["x!/content"]);
      await expander.close();
    },
  );
});

const onePage = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"];
const page = (resources: string): string =>
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << ${resources} >> >>`;

/** A page that draws a form that draws a form ten times, and so on: the work is ten times as much with each. */
function endlessPdf(): Buffer {
  const forms = 12;
  const draw = Buffer.from("/F Do ".repeat(10));
  const nested = Array.from({ length: forms }, (_, at) =>
    pdfStream(draw, `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F ${at + 6} 0 R >> >>`),
  );
  const last = pdfStream(
    Buffer.from("BT /F1 1 Tf 1 1 Td (x) Tj ET"),
    "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >>",
  );
  return pdfFrom([...onePage, page("/XObject << /F 5 0 R >>"), pdfStream(draw, ""), ...nested, last, "<< >>"]);
}

/** A page whose content is half a gigabyte of nothing. */
function swellingPdf(): Buffer {
  const content = deflateSync(deflateSync(Buffer.alloc(512 * mebibyte, " "), { level: 1 }));
  return pdfFrom([...onePage, page(""), pdfStream(content, "/Filter [/FlateDecode /FlateDecode]"), "<< >>"]);
}
