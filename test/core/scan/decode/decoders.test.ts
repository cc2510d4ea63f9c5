import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allDecoders } from "../../../../src/core/scan/decode/all-decoders.ts";

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** What a decoder finds, as `start:decoded`. */
function found(name: string, text: string): readonly string[] {
  const decoder = allDecoders.find((one) => one.name === name);
  return [...(decoder?.find(text) ?? [])].map(({ start, decoded }) => `${start}:${decoded}`);
}

const base64 = (text: string): string => Buffer.from(text, "latin1").toString("base64");
const base64url = (text: string): string => Buffer.from(text, "latin1").toString("base64url");

describe("base64", () => {
  const said = "a longer text? with >>> and ~~~ in it";

  it.each([
    ["padded", base64(said)],
    ["without padding", base64(said).replace(/=+$/, "")],
    ["in the alphabet of URLs", base64url(said)],
  ])("%s", (_, encoded) => {
    expect(found("base64", `key: ${encoded}\n`)).toEqual([`5:${said}`]);
  });

  it("short, if it is padded", () => {
    expect(found("base64", `password: ${base64("hunter-2-x")}`)).toEqual(["10:hunter-2-x"]);
  });

  it("over several lines, indented or escaped", () => {
    const long = `${said} `.repeat(6);
    const lines = base64(long).match(/.{1,64}/g) ?? [];
    expect(found("base64", `data: |\n  ${lines.join("\n  ")}\nnext: 1`)).toEqual([`10:${long}`]);
    expect(found("base64", `{"data": "${lines.join("\\n")}"}`)).toEqual([`10:${long}`]);
    expect(found("base64", `${lines.join("\r\n")}\r\n`)).toEqual([`0:${long}`]);
  });

  it("joined to a name or a path", () => {
    expect(found("base64", `token-${base64(said)}`)).toEqual([`6:${said}`]);
    expect(found("base64", `/run/${base64url(said)}/x`)).toEqual([`5:${said}`]);
  });

  it("of UTF-16 and of containers, which are for others to open", () => {
    const wide = Buffer.from("Write-Host hello", "utf16le").toString("base64");
    expect(found("base64", wide)).toEqual([`0:${latin1(Buffer.from("Write-Host hello", "utf16le"))}`]);
    expect(found("base64", base64("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abc"))).toHaveLength(1);
  });

  it.each([
    "averageWordsInCamelCaseThatAreLong",
    "node_modules/typescript/lib/tsserverlibrary",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  ])("but not %s", (text) => {
    expect(found("base64", text)).toEqual([]);
  });
});

describe("hex", () => {
  it.each([
    ["in one piece", Buffer.from("a secret text").toString("hex")],
    ["in capitals", Buffer.from("a secret text").toString("hex").toUpperCase()],
    ["as an array", Array.from(Buffer.from("a secret text"), (byte) => `0x${byte.toString(16)}`).join(", ")],
  ])("%s", (_, encoded) => {
    expect(found("hex", `x = {${encoded}};`)).toEqual(["5:a secret text"]);
  });

  it("but not hashes", () => {
    expect(found("hex", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")).toEqual([]);
  });
});

describe("escapes", () => {
  it.each([
    ["percent", "a%3Db%2fc", ["1:=", "5:/"]],
    ["percent", "%E2%82%AC%20", ["0:\xe2\x82\xac "]],
    ["percent", "%u0061b", ["0:a"]],
    ["percent", "%C3%A9 100% %zz %00", []],
    ["escapes", "\\u0070\\x61\\163\\U00000073w", ["0:pass"]],
    ["escapes", "\\u{70}w \\\\u0026", ["0:p", "8:&"]],
    ["escapes", "a\\/b", ["1:/"]],
    ["escapes", "\\u00e9 \\x00 \\n \\u12", []],
    ["escapes", "\\ud83d\\ude00\\u0021", ["0:\xf0\x9f\x98\x80!"]],
    ["html", "a&#61;b&#x3D;c&quot;&amp;d", ["1:=", "7:=", '14:"&']],
    ["html", "&eacute; & &foo; &#233;", []],
    ["utf-16", `\x01${latin1(Buffer.from("password=x", "utf16le"))}`, ["1:password=x"]],
    ["utf-16", "\0short\0", []],
  ])("%s in %j", (name, text, expected) => {
    expect(found(name, text)).toEqual(expected);
  });
});

describe("what begins with a certain sign, or lies between zeros, is found as a pattern would find it", () => {
  const names =
    "amp apos ast bsol colon comma commat dollar equals excl gt lbrace lbrack lcub lowbar lpar lsqb lt nbsp num percnt".split(
      " ",
    );
  const patterns: Readonly<Record<string, RegExp>> = {
    "utf-16": /(?:[\t\n\r\x20-\x7e]\x00){8,}|(?:\x00[\t\n\r\x20-\x7e]){8,}/g,
    percent: /(?:%[0-9a-fA-F]{2})+|(?:%u[0-9a-fA-F]{4})+/g,
    escapes: /(?:\\{1,4}(?:u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|\/))+/g,
    html: new RegExp(`(?:&(?:#\\d{1,7}|#[xX][0-9a-fA-F]{1,6}|(?:${names.join("|")}));)+`, "g"),
  };
  // What says nothing is left out: of the pieces each says something.
  const pieces = fc.constantFrom(
    "%41",
    "%",
    "%u0041",
    "\\x41",
    "\\",
    "\\u0041",
    "\\101",
    "\\/",
    "&amp;",
    "&#65;",
    "&",
    "z",
    "41",
    " ",
  );
  const wide = fc
    .tuple(fc.constantFrom("a\0", "\0a", "\0", "b"), fc.integer({ min: 1, max: 20 }))
    .map(([pair, times]) => pair.repeat(times));

  it.each(Object.entries(patterns))("%s", (name, pattern) => {
    const decoder = allDecoders.find((one) => one.name === name);
    fc.assert(
      fc.property(fc.array(name === "utf-16" ? wide : pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join("");
        const places = Array.from(decoder?.find(text) ?? [], ({ start, end }) => [start, end]);
        expect(places).toEqual(
          Array.from(text.matchAll(pattern), ({ 0: match, index }) => [index, index + match.length]),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe("whatever the text, the time is linear", () => {
  const size = 2_000_000;
  const hostile: readonly (readonly [string, string])[] = [
    ["digits of base64", "QUJD".repeat(size / 4)],
    ["lines of base64", `${"QUJD".repeat(19)}\n`.repeat(size / 77)],
    ["lines of noise", `${"/".repeat(76)}\n`.repeat(size / 77)],
    ["short words", "abcdefg ".repeat(size / 8)],
    ["words with separators", "aaaaaaaaaaaaaaaa-".repeat(size / 17)],
    ["hex digits", "61".repeat(size / 2)],
    ["an array of hex", "0x61,".repeat(size / 5)],
    ["an array of hex, cut", "0x61, 0x6 ".repeat(size / 10)],
    ["percents", "%41".repeat(size / 3)],
    ["percents of percents", `%${"25".repeat(size / 2)}`],
    ["backslashes", "\\".repeat(size)],
    ["escapes", "\\u0041".repeat(size / 6)],
    ["entities", "&#65;".repeat(size / 5)],
    ["ampersands", "&".repeat(size)],
    ["zero bytes", "\0".repeat(size)],
    ["wide text", "a\0".repeat(size / 2)],
  ];

  it.each(hostile)("%s", (_, text) => {
    const start = process.threadCpuUsage();
    for (const { find } of allDecoders) {
      for (const { decoded } of find(text)) expect(decoded.length).toBeLessThanOrEqual(text.length);
    }
    expect(process.threadCpuUsage(start).user / 1000).toBeLessThan(5000);
  });
});
