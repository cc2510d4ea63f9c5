import { toByteText } from "../byte-text.ts";
import { encodeBase64 } from "../decode/base64-alphabet.ts";
import { tokenChecksum } from "../validate/token-checksum.ts";
import { alphabets } from "./alphabets.ts";
import { pick, type Random } from "./random.ts";

/** Fills a token that is more than characters of a class. */
type SpecialToken = (
  argument: string,
  random: Random,
  fill: (shape: string) => string,
  characters: (alphabet: string, length: number, random: Random) => string,
) => string;

const alnum = alphabets["alnum"] ?? "";

/** The tokens with an inner structure, by name; `docs/rules.md` describes each. */
export const specialTokens: Readonly<Record<string, SpecialToken>> = {
  uuid: (_argument, random) => uuid(random),
  word: (_argument, random) => pick(random, words),
  "github-token": (argument, random, _fill, characters) => {
    const [prefix = "", length = "36"] = argument.split(":");
    return checksummed(prefix, characters(alnum, Number(length) - 6, random));
  },
  "npm-token": (_argument, random, _fill, characters) => checksummed("npm_", characters(alnum, 30, random)),
  "aws-key-id": (prefix, random) => (prefix === "" ? "AKIA" : prefix) + awsIdBody(random),
  jwt: (_argument, random) => jwt(random),
  pem: (label, random) => pem(label, random).join("\n"),
  "pem-json": (label, random) => `${pem(label, random).join("\\n")}\\n`,
  base64of: (argument, _random, fill) => encodeBase64(toByteText(fill(unquoted(argument)))),
};

const words = ["ocean", "ledger", "harbor", "meadow", "copper", "lantern", "orchard", "signal"] as const;

function checksummed(prefix: string, random: string): string {
  return prefix + random + tokenChecksum(random);
}

function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => random.below(16).toString(16));
  hex[12] = "4";
  hex[16] = "89ab".charAt(random.below(4));
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Sixteen base 32 digits of which the first ten hold an account number. */
function awsIdBody(random: Random): string {
  const account = BigInt(100_000 + random.below(800_000)) * 1_000_000n + BigInt(random.below(1_000_000));
  const head = (1n << 49n) | (account << 9n) | BigInt(random.below(512));
  const base32 = alphabets["b32"] ?? "";
  const digits = Array.from({ length: 10 }, (_, at) => base32.charAt(Number((head >> BigInt(5 * (9 - at))) & 31n)));
  return digits.join("") + Array.from({ length: 6 }, () => base32.charAt(random.below(32))).join("");
}

function bytes(length: number, random: Random): string {
  return Array.from({ length }, () => String.fromCharCode(random.below(256))).join("");
}

function base64url(text: string): string {
  return encodeBase64(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function jwt(random: Random): string {
  const header = base64url('{"alg":"HS256","typ":"JWT"}');
  const payload = base64url(
    `{"sub":"${1_000_000 + random.below(9_000_000)}","iat":${1_700_000_000 + random.below(9_000_000)}}`,
  );
  return `${header}.${payload}.${base64url(bytes(32, random))}`;
}

/** The lines of a PEM block whose body has the beginning that its kind of key has. */
function pem(label: string, random: Random): readonly string[] {
  const start = label.startsWith("OPENSSH")
    ? "openssh-key-v1\0"
    : label.startsWith("PGP")
      ? "\x95\x03"
      : "\x30\x82\x02\x5c";
  const body = encodeBase64(start + bytes(600, random));
  const lines = body.match(/.{1,64}/g) ?? [];
  const headers = label.startsWith("PGP") ? [""] : [];
  return [`-----BEGIN ${label}-----`, ...headers, ...lines, `-----END ${label}-----`];
}

function unquoted(argument: string): string {
  return argument.replace(/^"([^]*)"$/, "$1").replace(/\\"/g, '"');
}
