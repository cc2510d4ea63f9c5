import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { arOf } from "../../support/archives/ar.ts";
import { bzip2Of } from "../../support/archives/bzip2.ts";
import { opened } from "../../support/archives/opened.ts";
import { pdfOf } from "../../support/archives/pdf.ts";
import { sqliteOf } from "../../support/archives/sqlite.ts";
import { tarOf } from "../../support/archives/tar.ts";
import { xzOf } from "../../support/archives/xz.ts";
import { patchedZip, zip64Of, zipOf } from "../../support/archives/zip.ts";
import { aToken, deepScan, ways } from "../../support/deep-scan.ts";

const token = aToken();
const config = `# settings\ntoken: ${token}\n`;

describe("a token is found, with the way in", () => {
  it.each([
    [
      "a zip archive",
      "app.zip",
      () => zipOf({ "a/b.txt": "nothing", "conf/config.yml": config }),
      "app.zip!/conf/config.yml (zip)",
    ],
    [
      "a stored zip entry",
      "app.zip",
      () => zipOf({ "config.yml": config }, { compress: false }),
      "app.zip!/config.yml (zip)",
    ],
    ["a zip archive by another name", "data.bin", () => zipOf({ "config.yml": config }), "data.bin!/config.yml (zip)"],
    [
      "a zip archive behind a program",
      "app.run",
      async () => Buffer.concat([Buffer.from("#!/bin/sh\nexec java -jar $0\n"), await zipOf({ "config.yml": config })]),
      "app.run!/config.yml (zip)",
    ],
    [
      "a ZIP64 archive",
      "app.zip",
      () => zip64Of({ "a.txt": "nothing", "config.yml": config }, { older: false }),
      "app.zip!/config.yml (zip)",
    ],
    [
      "a ZIP64 archive whose older record counts all but the entries",
      "app.zip",
      () => zip64Of({ "a.txt": "nothing", "config.yml": config }, { older: true }),
      "app.zip!/config.yml (zip)",
    ],
    [
      "a ZIP64 archive behind a program",
      "app.run",
      async () => Buffer.concat([Buffer.from("#!/bin/sh\n"), await zip64Of({ "config.yml": config }, { older: true })]),
      "app.run!/config.yml (zip)",
    ],
    [
      "a jar in a zip archive",
      "dist.zip",
      async () => zipOf({ "lib/app.jar": await zipOf({ "config.yml": config }) }),
      "dist.zip!/lib/app.jar!/config.yml (zip zip)",
    ],
    ["a tar archive", "app.tar", () => tarOf({ "conf/config.yml": config }), "app.tar!/conf/config.yml (tar)"],
    [
      "a tar archive with a long name",
      "app.tar",
      () => tarOf({ [`${"d/".repeat(90)}${"n".repeat(90)}/c.yml`]: config }),
      expect.stringMatching(/^app\.tar!\/(d\/)+n+… \(tar\)$/),
    ],
    [
      "a compressed tar archive",
      "app.tar.gz",
      async () => gzipSync(await tarOf({ "config.yml": config })),
      "app.tar.gz!/config.yml (gzip tar)",
    ],
    [
      "a zip archive in a compressed tar archive",
      "app.tgz",
      async () => gzipSync(await tarOf({ "app.zip": await zipOf({ "config.yml": config }) })),
      "app.tgz!/app.zip!/config.yml (gzip tar zip)",
    ],
    ["a gzip file", "server.log.gz", () => gzipSync(config), "server.log.gz!/server.log (gzip)"],
    [
      "the second of two gzip members",
      "server.log.gz",
      () => Buffer.concat([gzipSync("first\n"), gzipSync(config)]),
      "server.log.gz!/server.log (gzip)",
    ],
    [
      "the second of two zstd frames",
      "server.log.zst",
      () => Buffer.concat([zstdCompressSync("first\n"), zstdCompressSync(config)]),
      "server.log.zst!/server.log (zstd)",
    ],
    [
      "a zstd frame behind one to skip",
      "x.zst",
      () =>
        Buffer.concat([
          zstdCompressSync("first\n"),
          Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]),
          zstdCompressSync(config),
        ]),
      "x.zst!/x (zstd)",
    ],
    ["a bzip2 file", "dump.sql.bz2", () => bzip2Of(config), "dump.sql.bz2!/dump.sql (bzip2)"],
    [
      "the second of two bzip2 streams",
      "dump.bz2",
      () => Buffer.concat([bzip2Of("first\n"), bzip2Of(config)]),
      "dump.bz2!/dump (bzip2)",
    ],
    [
      "a tar archive in xz",
      "app.txz",
      async () => xzOf(await tarOf({ "config.yml": config })),
      "app.txz!/config.yml (xz tar)",
    ],
    ["the second of two xz streams", "x.xz", () => Buffer.concat([xzOf("first\n"), xzOf(config)]), "x.xz!/x (xz)"],
    [
      "a Debian package",
      "app.deb",
      async () => arOf({ "debian-binary": "2.0\n", "data.tar.xz": xzOf(await tarOf({ "etc/app.conf": config })) }),
      "app.deb!/data.tar.xz!/etc/app.conf (ar xz tar)",
    ],
    [
      "a PDF document, in pieces",
      "doc.pdf",
      () => pdfOf([token.slice(0, 9), token.slice(9, 30), token.slice(30)]),
      "doc.pdf!/page-1 (pdf)",
    ],
    [
      "the properties of a PDF document",
      "doc.pdf",
      () => pdfOf(["hello"], { info: `key ${token}` }),
      "doc.pdf!/properties (pdf)",
    ],
  ] as const)("in %s", async (_, path, make, way) => {
    expect(await ways(path, await make())).toEqual([way]);
  });

  it.each([
    [12, "bzip2", bzip2Of],
    [93, "zstd", zstdCompressSync],
    [95, "xz", xzOf],
  ] as const)("in a zip entry packed with method %i (%s)", async (method, _, pack) => {
    const stored = await zipOf({ "config.yml": pack(config) }, { compress: false });
    const zip = patchedZip(stored, method, { local: 8, directory: 10 });
    expect(await ways("app.zip", zip)).toContain("app.zip!/config.yml (zip)");
  });

  it("with its line in the entry", async () => {
    const { findings } = await deepScan("app.zip", await zipOf({ "config.yml": config }));
    expect(findings.map(({ span }) => [span.line, span.column, span.offset])).toEqual([[2, 8, 18]]);
  });

  it("once, where an archive's own bytes show it too, and once for each entry that has it", async () => {
    const entries = { "a.yml": config, "b.yml": `again: ${token}\n` };
    expect(await ways("app.tar", await tarOf(entries))).toEqual(["app.tar!/a.yml (tar)", "app.tar!/b.yml (tar)"]);
  });
});

describe("documents", () => {
  const run = (text: string): string => `<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;

  it("are read as they look: a token split over runs is one", async () => {
    const body = `<w:p>${run("key ")}${run(token.slice(0, 12))}${run(token.slice(12))}</w:p><w:p>${run("next")}</w:p>`;
    const docx = await zipOf({
      "[Content_Types].xml": "<Types/>",
      "word/document.xml": `<w:document><w:body>${body}</w:body></w:document>`,
    });
    expect(await ways("notes.docx", docx)).toEqual(["notes.docx!/word/document.xml (zip text)"]);
  });

  it("are told once where markup and text both show it", async () => {
    const xlsx = await zipOf({
      "[Content_Types].xml": "<Types/>",
      "xl/sharedStrings.xml": `<sst><si><t>${token}</t></si></sst>`,
    });
    expect(await ways("keys.xlsx", xlsx)).toEqual(["keys.xlsx!/xl/sharedStrings.xml (zip)"]);
  });

  it("show what stands in attributes", async () => {
    const odt = await zipOf({
      mimetype: "application/vnd.oasis.opendocument.text",
      "content.xml": `<a xlink:href="https://x:${token}@github.com/"/>`,
    });
    expect(await ways("a.odt", odt)).toEqual(["a.odt!/content.xml (zip)"]);
  });
});

describe("notebooks", () => {
  const notebook = (cells: readonly object[]): Buffer =>
    Buffer.from(JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1));

  it("are told by their own lines where these show it", async () => {
    const bytes = notebook([{ cell_type: "code", source: ["import os\n", `token = "${token}"\n`], outputs: [] }]);
    expect(await ways("a.ipynb", bytes)).toEqual(["a.ipynb ()"]);
  });

  it("are told by cell where only the cell shows it", async () => {
    const coloured = `\u001b[31m${token.slice(0, 20)}\u001b[0m${token.slice(20)}`;
    const bytes = notebook([
      { source: "1" },
      { source: ["x"], outputs: [{ output_type: "error", traceback: [coloured] }] },
    ]);
    expect(await ways("a.ipynb", bytes)).toEqual(["a.ipynb!/cell-2/output-1 (notebook)"]);
  });

  it("are known without their name, also in an archive", async () => {
    const split = [token.slice(0, 20), token.slice(20)];
    const bytes = notebook([{ cell_type: "code", source: split, outputs: [] }]);
    expect(await ways("a.zip", await zipOf({ "saved.json": bytes }))).toEqual([
      "a.zip!/saved.json!/cell-1 (zip notebook)",
    ]);
  });

  it("that are no JSON are said, and scanned as they are", async () => {
    expect(await ways("a.ipynb", Buffer.from(`<<<<<<< ours\n"${token}"\n`))).toEqual([
      "a.ipynb ()",
      "a.ipynb: corrupt",
    ]);
  });

  it("that are empty are no trouble", async () => {
    expect(await ways("a.ipynb", Buffer.from("\n"))).toEqual([]);
  });
});

describe("databases", () => {
  it("are read by table and column", async () => {
    const bytes = sqliteOf(
      "create table users (id integer primary key, name text, key text)",
      ["ann", token],
      "insert into users (name, key) values (?, ?)",
    );
    const { findings, gaps } = await deepScan("app.db", bytes);
    expect(findings.map(({ path, via, span }) => [path, via, span.line])).toEqual([["app.db!/users", ["sqlite"], 2]]);
    expect(gaps).toEqual([]);
  });

  it.each([
    ["name", "value"],
    ["option_name", "option_value"],
    ["key", "val"],
  ])("are read by the name that a row of settings gives its value (%s, %s)", async (name, value) => {
    const bytes = sqliteOf(
      `create table settings (id integer primary key, "${name}" text, "${value}" text)`,
      ["smtp_password", "dark"],
      `insert into settings ("${name}", "${value}") values (?, ?)`,
    );
    const { texts } = await opened("a.db", bytes);
    expect(texts.map(({ text }) => text)).toEqual([`${name}: smtp_password\nsmtp_password: dark\n`]);
  });

  it("are read in UTF-16 and past the end of a page", async () => {
    const make = (value: string): Buffer =>
      sqliteOf("pragma encoding = 'UTF-16le'; create table t (v)", [value], "insert into t values (?)");
    expect(await ways("a.db", make(`${"x".repeat(9000)} ${token}`))).toEqual(["a.db!/t (sqlite)"]);
  });

  it("are opened further where they hold archives", async () => {
    const bytes = sqliteOf("create table files (body blob)", [gzipSync(config)], "insert into files values (?)");
    expect(await ways("a.db", bytes)).toEqual(["a.db!/files/1/body!/content (sqlite gzip)"]);
  });

  it("run nothing of their own: no views, no generated columns, no triggers", async () => {
    const bytes = sqliteOf(
      `create table t (v text, g text as (v || ' generated'));
       create view w as with recursive n(i) as (select 1 union all select i + 1 from n) select i from n;`,
      [token],
      "insert into t (v) values (?)",
    );
    const { texts, gaps } = await opened("a.db", bytes);
    expect(texts.map(({ path, text }) => [path, text])).toEqual([["a.db!/t", `v: ${token}\n`]]);
    expect(gaps).toEqual([]);
  });

  it("that expect a write-ahead log are read without one", async () => {
    const bytes = sqliteOf("create table t (v)", [token], "insert into t values (?)");
    bytes.fill(2, 18, 20);
    expect(await ways("a.db", bytes)).toEqual(["a.db!/t (sqlite)"]);
  });
});
