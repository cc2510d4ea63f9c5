import { pick, type Random } from "../../../src/core/scan/shape/random.ts";

const marks: readonly [string, ...string[]] = [
  "\n",
  "\r\n",
  " ",
  "\t",
  "=",
  ": ",
  '"',
  "'",
  "`",
  "\\",
  "\0",
  "_",
  "-",
  ".",
  "/",
  "\\n",
  "%3D",
  "&",
  "${",
  "}",
  "<",
  ">",
  ",",
  ";",
  "password",
  "api_key = ",
  "token ",
  "secret: ",
  "Authorization: Bearer ",
  "-----BEGIN RSA PRIVATE KEY-----\n",
  "-----END ",
  "https://user:",
  "@host/",
  "\xef\xbb\xbf",
  "\xc3\xa9",
  "\xff\xfe",
  "\xed\xa0\x80",
  "# keyward:allow",
  "H4sI",
  "data:;base64,",
];

/** A text as a repository may hold it or nobody would write it: pieces of credentials, marks, bytes, long runs, joined at random. */
export function textOf(random: Random, credentials: readonly [string, ...string[]]): string {
  const parts: string[] = [];
  const many = random.below(200) === 0 ? 120 : 8;
  for (let left = random.below(many); left >= 0; left -= 1) parts.push(partOf(random, credentials));
  return parts.join("");
}

function partOf(random: Random, credentials: readonly [string, ...string[]]): string {
  switch (random.below(16)) {
    case 0:
      return bytesOf(random, random.below(40));
    case 1:
      return pick(random, marks).repeat(1 + random.below(random.below(400) === 0 ? 3000 : 6));
    case 2:
      return pick(random, credentials);
    case 3:
      return Buffer.from(pick(random, credentials), "latin1").toString("base64");
    case 4:
    case 5:
    case 6:
    case 7: {
      const credential = pick(random, credentials);
      const start = random.below(credential.length);
      return credential.slice(start, start + random.below(60));
    }
    default:
      return pick(random, marks);
  }
}

function bytesOf(random: Random, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(random.below(256))).join("");
}
