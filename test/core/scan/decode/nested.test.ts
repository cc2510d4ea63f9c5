import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layersOf } from "../../../../src/core/scan/decode/layer.ts";
import { allDecoders } from "../../../../src/core/scan/decode/all-decoders.ts";
import { defaultDecodeLimits } from "../../../../src/core/scan/decode/decoder.ts";
import { aToken, deepScan, ways } from "../../../support/deep-scan.ts";

const token = aToken();
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString("base64");
const hex = (text: string): string => Buffer.from(text).toString("hex");
const percent = (text: string): string =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
const escapes = (text: string): string =>
  Array.from(text, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
const entities = (text: string): string => Array.from(text, (char) => `&#${char.charCodeAt(0)};`).join("");

const inFile = (content: string | Uint8Array): Promise<readonly string[]> => ways("f.txt", Buffer.from(content));

describe("a token is found in encoded text, with the way in", () => {
  it.each([
    ["base64", base64(`token = ${token}`)],
    ["hex", hex(token)],
    ["percent", percent(token)],
    ["percent", `redirect=https%3A%2F%2F${token}%40github.com`],
    ["escapes", escapes(token)],
    ["html", entities(token)],
    ["base64 hex", base64(hex(token))],
    ["hex base64 percent", hex(base64(percent(token)))],
    ["base64 base64 base64", base64(base64(base64(token)))],
    ["utf-16le", Buffer.from(`\ufefftoken = ${token}\n`, "utf16le")],
    ["utf-16le", Buffer.from(`token = ${token}\n`, "utf16le")],
    ["utf-16be", Buffer.from(`\ufefftoken = ${token}\n`, "utf16le").swap16()],
    ["utf-16be", Buffer.from(`token = ${token}\n`, "utf16le").swap16()],
    ["utf-16", Buffer.concat([Buffer.from("\x7fELF\x02\x01binary\xff\xfe"), Buffer.from(token, "utf16le")])],
    ["base64 utf-16", base64(Buffer.from(`Connect ${token}`, "utf16le"))],
  ])("%s", async (via, content) => {
    expect(await inFile(content)).toEqual([`f.txt (${via})`]);
  });

  it.each(["\xff\xfe", "\xfe\xff"])("after a byte order mark that is not true: %j", async (mark) => {
    const found = await inFile(Buffer.from(`${mark}the token is ${token}\n`, "latin1"));
    expect(found).toHaveLength(1);
    expect(found[0]).not.toContain("utf-16");
  });

  it("in any three encodings inside each other", async () => {
    const encoders = { base64, hex, percent, escapes, html: entities };
    const names = Object.keys(encoders) as (keyof typeof encoders)[];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 9 }),
        async (way, seed) => {
          const encoded = way.reduceRight((text, name) => encoders[name](text), `key=${aToken(seed)};`);
          expect(await inFile(`before\nx = "${encoded}"\nafter\n`)).toEqual([`f.txt (${way.join(" ")})`]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("but not four deep", async () => {
    expect(await inFile(base64(base64(base64(base64(token)))))).toEqual([]);
  });

  it("once, if it is in plain text as well", async () => {
    expect(await inFile(`url=https://${token}@github.com/a%2Fb`)).toEqual(["f.txt ()"]);
  });

  it("once, whichever of two decoders goes first", async () => {
    expect(await inFile(`%20${entities(token.slice(0, 20))}${token.slice(20)}%20`)).toHaveLength(1);
  });

  it("each of two in one encoded text", async () => {
    expect(await inFile(base64(`${token}\n${aToken(2)}\n`))).toEqual(["f.txt (base64)", "f.txt (base64)"]);
  });

  it("at the span of the encoded text", async () => {
    const { findings } = await deepScan("f.txt", Buffer.from(`one\nkey: ${base64(token)}\n`));
    expect(findings.map(({ span }) => [span.line, span.column, span.offset, span.length])).toEqual([
      [2, 6, 9, base64(token).length],
    ]);
  });

  it("at its own characters, where only some of them are escaped", async () => {
    const escaped = `${escapes(token.slice(0, 1))}${token.slice(1, 20)}${escapes(token.slice(20, 22))}${token.slice(22)}`;
    const { findings } = await deepScan("f.js", Buffer.from(`const key = "${escaped}";\n`));
    expect(findings.map(({ span }) => [span.offset, span.length])).toEqual([[13, escaped.length]]);
  });

  it("under the name it is assigned to", async () => {
    const { layers } = layersOf(
      { path: "secret.yaml", bytes: Buffer.from(`data:\n  password: ${base64("correct-horse")}\n`) },
      allDecoders,
      defaultDecodeLimits,
    );
    expect(layers.map(({ text }) => text)).toEqual([expect.anything(), "  password: correct-horse"]);
  });
});

describe("a container inside encoded text is opened", () => {
  it("with the span of that text", async () => {
    const encoded = base64(gzipSync(`token: ${token}\n`));
    const { findings, gaps } = await deepScan("release.yaml", Buffer.from(`data:\n  release: ${encoded}\n`));
    expect(findings.map(({ path, via, span }) => [path, via, span.line, span.length])).toEqual([
      ["release.yaml!/content", ["base64", "gzip"], 2, encoded.length],
    ]);
    expect(gaps).toEqual([]);
  });

  it("twice encoded, as Helm does", async () => {
    expect(await inFile(base64(base64(gzipSync(`token: ${token}\n`))))).toEqual([
      "f.txt!/content (base64 base64 gzip)",
    ]);
  });

  it("and is nothing to complain of where it only begins like one", async () => {
    const cut = base64(gzipSync(Buffer.from(Array.from({ length: 500 }, (_, at) => `${at * 7919}`).join(" ")))).slice(
      0,
      200,
    );
    expect(await inFile(`an example: ${cut}`)).toEqual([]);
  });
});

describe("limits", () => {
  it("are said where they are reached", () => {
    const bytes = Buffer.from(`${percent("a b c")} `.repeat(1000));
    const { gaps } = layersOf({ path: "f", bytes }, allDecoders, { depth: 3, bytes: 1000, share: 0 });
    expect(gaps).toEqual([
      { path: "f", reason: "too-large", detail: expect.stringContaining("encoded text inside encoded text") },
    ]);
  });

  it("are out of reach of what is only long", () => {
    const page = `<a href="/a%20b?c=%41&amp;d=\\u0041">${base64("some text that is long enough")}</a> `.repeat(20_000);
    const { layers, gaps } = layersOf({ path: "f", bytes: Buffer.from(page) }, allDecoders, {
      ...defaultDecodeLimits,
      bytes: 0,
    });
    expect(gaps).toEqual([]);
    expect(layers.length).toBeLessThan(20);
    expect(layers.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(8 * page.length);
  });
});
