import { describe, expect, it } from "vitest";
import { fillShape } from "../../../src/core/scan/shape/fill-shape.ts";
import { maskOf } from "../../../src/core/scan/mask.ts";
import { randomPartsOf } from "./random-parts.ts";
import { createSecretNet } from "./secret-net.ts";

const secret = fillShape('{alnum:12}+/%"{alnum:20}', 1);
const net = createSecretNet();
net.plant(secret);
const found = (text: string | Buffer): boolean => net.find(Buffer.from(text)).length > 0;

describe("a secret is found", () => {
  it.each<[string, string | Buffer]>([
    ["as it is", secret],
    ["in the middle of other text", `x${secret}y`],
    ["in JSON", JSON.stringify({ a: { token: secret } })],
    ["in JSON in JSON", JSON.stringify(JSON.stringify({ token: secret }))],
    ["percent-encoded", `https://x/?token=${encodeURIComponent(secret)}`],
    ["in base64", Buffer.from(secret).toString("base64")],
    ["in base64, one byte later", Buffer.from(`x${secret}:y`).toString("base64")],
    ["in base64url, two bytes later", Buffer.from(`xy${secret}`).toString("base64url")],
    ["in hex", Buffer.from(secret).toString("hex")],
    ["in HEX", Buffer.from(secret).toString("hex").toUpperCase()],
    ["by its first twelve characters", secret.slice(0, 12)],
    ["by fifteen from anywhere", secret.slice(17, 32)],
    ["among bytes that are no text", Buffer.concat([Buffer.alloc(5000), Buffer.from(secret), Buffer.alloc(3, 255)])],
  ])("%s", (_, text) => {
    expect(found(text)).toBe(true);
  });
});

it.each([8, 9, 11])("one of %i characters is found as a whole, and not by a part of it", (length) => {
  const short = fillShape(`{alnum:${length}}`, 3);
  const net = createSecretNet();
  net.plant(short);
  const isFound = (text: string): boolean => net.find(Buffer.from(text)).length > 0;
  expect(
    [short, `x${short} y`, JSON.stringify({ a: short }), Buffer.from(short).toString("base64")].map(isFound),
  ).toEqual([true, true, true, true]);
  expect([short.slice(1), short.slice(0, -1), maskOf(short), fillShape("{alnum:100000}", 4)].map(isFound)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

it("a mask, a hash that begins alike, and other text are none", () => {
  const hex = fillShape("{hex:40}", 2);
  net.plant(hex);
  expect(found(maskOf(secret))).toBe(false);
  expect(found(maskOf(hex))).toBe(false);
  expect(found(`${hex.slice(0, 16)}${fillShape("{hex:24}", 3)}`)).toBe(false);
  expect(found(fillShape("{alnum:100000}", 4))).toBe(false);
});

it("where pieces begin is said", () => {
  expect(net.find(Buffer.from(`\n\n${secret.slice(0, 13)}`))).toEqual([2]);
});

it.each([
  ["ghp_{alnum:36}", ["ghp_"]],
  ['api_key = "{alnum:20-30}"', ["api_key"]],
  ["{github-token:ghp_}", ["ghp_"]],
  ["{jwt}", ["eyJhbGci"]],
  ["{pem:RSA PRIVATE KEY}", ["BEGIN"]],
  ['{base64of:"user:{alnum:20}"}', [Buffer.from("user").toString("base64").slice(0, 4)]],
  ["https://{word}.example.org/{uuid}", ["example"]],
])("of %s it is what is random", (shape, shown) => {
  const again = (piece: string): string => fillShape(piece, 6);
  const parts = randomPartsOf(shape, fillShape(shape, 5), again);
  expect(parts.length).toBeGreaterThan(0);
  for (const text of shown) expect(parts.filter((part) => part.includes(text))).toEqual([]);
  const net = createSecretNet();
  for (const part of parts) net.plant(part);
  expect(net.find(Buffer.from(fillShape(shape, 5)))).not.toEqual([]);
  expect(net.find(Buffer.from(fillShape(shape, 7)))).toEqual([]);
});
