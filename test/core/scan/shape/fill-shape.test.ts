import { describe, expect, it } from "vitest";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";

const seeds = Array.from({ length: 30 }, (_, seed) => seed);

describe("a shape", () => {
  it.each([
    ["ghp_{alnum:36}", /^ghp_[0-9A-Za-z]{36}$/],
    ["{ALNUM:16}", /^[0-9A-Z]{16}$/],
    ["{alnumlower:16}", /^[0-9a-z]{16}$/],
    ["{alpha:8}-{lower:3}-{upper:3}-{digits:12}", /^[A-Za-z]{8}-[a-z]{3}-[A-Z]{3}-\d{12}$/],
    ["{hex:32}{HEX:4}", /^[0-9a-f]{32}[0-9A-F]{4}$/],
    ["{base64:40}=", /^[A-Za-z0-9+/]{40}=$/],
    ["{base64url:43}", /^[\w-]{43}$/],
    ["{base58:51}", /^[1-9A-HJ-NP-Za-km-z]{51}$/],
    ["{b32:16}", /^[A-Z2-7]{16}$/],
    ["{any:20}", /^[!#-&(-[\]-_a-~]{20}$/],
    ["{alnum:20-30}", /^[0-9A-Za-z]{20,30}$/],
    ["{[A-Z_-]:24}", /^[A-Z_-]{24}$/],
    ["{[\\]\\-a]:24}", /^[\]a-]{24}$/],
    ["{uuid}", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ["{word}", /^[a-z]{5,}$/],
    ["{github-token:ghp_}", /^ghp_[0-9A-Za-z]{36}$/],
    ["{github-token:ghr_:76}", /^ghr_[0-9A-Za-z]{76}$/],
    ["{npm-token}", /^npm_[0-9A-Za-z]{36}$/],
    ["{aws-key-id:ASIA}", /^ASIA[A-Z2-7]{16}$/],
    ["{jwt}", /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}$/],
    [
      "{pem:RSA PRIVATE KEY}",
      /^-----BEGIN RSA PRIVATE KEY-----\n(?:[A-Za-z0-9+/=]{1,64}\n)+-----END RSA PRIVATE KEY-----$/,
    ],
    [
      "{pem-json:PRIVATE KEY}",
      /^-----BEGIN PRIVATE KEY-----\\n(?:[A-Za-z0-9+/=]{1,64}\\n)+-----END PRIVATE KEY-----\\n$/,
    ],
    ["\\{\\}\\\\", /^\{\}\\$/],
    ["", /^$/],
  ])("%s is filled", (shape, form) => {
    for (const seed of seeds) expect(fillShape(shape, seed)).toMatch(form);
  });

  it("inside base64 is filled first", () => {
    const text = Buffer.from(fillShape('{base64of:"user:{alnum:20}"}', 1), "base64").toString();
    expect(text).toMatch(/^user:[0-9A-Za-z]{20}$/);
  });

  it("gives the same text for the same seed, and others for others", () => {
    const texts = seeds.map((seed) => fillShape("{alnum:20}", seed));
    expect(seeds.map((seed) => fillShape("{alnum:20}", seed))).toEqual(texts);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("gives every kind of character its alphabet has", () => {
    for (const seed of seeds) expect(fillShape("{alnum:16}", seed)).toMatch(/(?=.*\d)(?=.*[a-z])(?=.*[A-Z])/);
  });

  it.each([
    ["{alnum:3", "is not closed"],
    ["a}b", "closes nothing"],
    ["{alnum}", "a length or range"],
    ["{alnum:9-3}", "upside down"],
    ["{nothing:3}", "there is no token {nothing}"],
    ["{ x }", "is not a token"],
    ["{[z-a]:3}", "there is no token"],
  ])("%s is refused: %s", (shape, reason) => {
    expect(() => fillShape(shape, 1)).toThrow(reason);
  });
});
