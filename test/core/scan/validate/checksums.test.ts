import { describe, expect, it } from "vitest";
import { toByteText } from "../../../../src/core/scan/byte-text.ts";
import { encodeBase64 } from "../../../../src/core/scan/decode/base64-alphabet.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";
import { checksums } from "../../../../src/core/scan/validate/all-checksums.ts";
import { awsAccountOf } from "../../../../src/core/scan/validate/aws-key-id.ts";
import { crc32, toBase62 } from "../../../../src/core/scan/validate/crc32.ts";

const seeds = [1, 2, 3, 4, 5];

describe("CRC-32", () => {
  it("has the check value of its specification", () => {
    expect(crc32("123456789")).toBe(0xcbf43926);
    expect(crc32("")).toBe(0);
  });

  it("is written in base 62 with digits first", () => {
    expect(toBase62(0, 6)).toBe("000000");
    expect(toBase62(61, 6)).toBe("00000z");
    expect(toBase62(62, 6)).toBe("000010");
    expect(toBase62(0xffffffff, 6)).toBe("4gfFC3");
  });
});

describe("the checksum of GitHub's and npm's tokens", () => {
  it.each(seeds)("is right in a real one and wrong when a character changes (%i)", (seed) => {
    for (const shape of ["{github-token:ghp_}", "{github-token:ghr_:76}", "{npm-token}"]) {
      const token = fillShape(shape, seed);
      expect(checksums["github-crc32"](token).ok).toBe(true);
      const changed = token.slice(0, 8) + (token.charAt(8) === "x" ? "y" : "x") + token.slice(9);
      expect(checksums["npm-crc32"](changed).ok).toBe(false);
    }
  });
});

describe("a JSON Web Token", () => {
  const part = (text: string): string => encodeBase64(toByteText(text)).replace(/=+$/, "");

  it("has a header with an algorithm and a payload, both JSON", () => {
    for (const seed of seeds) expect(checksums.jwt(fillShape("{jwt}", seed)).ok).toBe(true);
  });

  it.each([
    ["a header that is no JSON", `${part("{alg}")}.${part("{}")}.x`],
    ["a header without an algorithm", `${part('{"typ":"JWT"}')}.${part("{}")}.x`],
    ["a header that is a list", `${part("[1]")}.${part("{}")}.x`],
    ["a payload that is no JSON", `${part('{"alg":"none"}')}.${part("{sub}")}.x`],
    ["nothing after the header", part('{"alg":"none"}')],
    ["no base64", "e!J.e!J.x"],
  ])("is not one with %s", (_what, token) => {
    expect(checksums.jwt(token).ok).toBe(false);
  });

  it("may be encrypted, so that there is no payload to read", () => {
    expect(checksums.jwt(`${part('{"alg":"dir","enc":"A256GCM"}')}..x.y.z`).ok).toBe(true);
  });
});

describe("a PEM block", () => {
  it.each(["PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])(
    "of %s holds a key",
    (label) => {
      for (const seed of seeds) expect(checksums.pem(fillShape(`{pem:${label}}`, seed)).ok).toBe(true);
    },
  );

  it("may be in one line of JSON, or indented", () => {
    expect(checksums.pem(fillShape("{pem-json:PRIVATE KEY}", 1)).ok).toBe(true);
    expect(checksums.pem(fillShape("{pem:PRIVATE KEY}", 1).replaceAll("\n", "\n    ")).ok).toBe(true);
  });

  it.each([
    ["dots", "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"],
    [
      "words",
      "-----BEGIN PRIVATE KEY-----\nput your own private key here please, it is a long one\n-----END PRIVATE KEY-----",
    ],
    ["nothing", "-----BEGIN PRIVATE KEY-----"],
    ["no block", "PRIVATE KEY"],
  ])("with %s holds none", (_what, text) => {
    expect(checksums.pem(text).ok).toBe(false);
  });
});

describe("an AWS access key id", () => {
  it("holds the account it belongs to", () => {
    // The example of the public description of the format.
    expect(awsAccountOf(["ASIAQNZG", "KIQY56JQ7WML"].join(""))).toBe("029608264753");
    for (const seed of seeds) expect(checksums["aws-key-id"](fillShape("{aws-key-id:AKIA}", seed)).ok).toBe(true);
  });

  it("holds none if it is older or made up", () => {
    expect(awsAccountOf(`AKIA${"1".repeat(16)}`)).toBeNull();
    expect(awsAccountOf(`AKIA${"7".repeat(16)}`)).toBeNull();
    expect(checksums["aws-key-id"]("AKIA").ok).toBe(false);
  });
});
