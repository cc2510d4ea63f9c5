import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toByteText } from "../../../../src/core/scan/byte-text.ts";
import { charactersOf } from "../../../../src/core/scan/characters.ts";
import { findNamedValues } from "../../../../src/core/scan/generic/find-all.ts";
import { viewOf } from "../../../../src/core/scan/judge/features.ts";
import { kindTests } from "../../../../src/core/scan/judge/value-kind.ts";
import { isHopeless, mayScore, weigh } from "../../../../src/core/scan/judge/weigh.ts";
import { commonWords, isCommonWord, wordShapeOf } from "../../../../src/core/scan/word-shape.ts";

const pieces =
  "${ } {{ }} < > [ ] ( ) % %s @ # ## \\ / // : - -- _ __ . ... = + * **** xxxx XXXXXX , ; | ! ? & ' ~ ^ $ 0 1 12 123 3f 0x 1.2 2024-01-02 10s v1 " +
  "a b F abc ABC Foo your my some insert put token key here secret password value changeme todo none null true String int uint8 array sha256 md5 aes-128-gcm NTLM SCRAM-SHA-1 " +
  "https http arn:aws: localhost .com .pem ssh-rsa MII AAAAB3NzaC1 age1 ENC[ vault:v1 $2a$ {SSHA} application text new return this foo.bar -> => fn( <b> &lt; [a-z] \\d+ {hex:40} eyJhbGciOi " +
  "correct horse battery p@ss w0rd Summer2024! qwerty testing example deadbeef dGVzdA== \xe2\x80\xa6 é \xa0";
const piece = fc.oneof(fc.constantFrom(...pieces.split(" "), " ", "\t", "\n"), fc.string({ maxLength: 3 }));
const value = fc
  .array(piece, { maxLength: 7 })
  .map((parts) => toByteText(parts.join("")))
  .filter((text) => text.length > 0);
const numRuns = Number(process.env["FUZZ_RUNS"] ?? 3000);

describe("a quick look", { timeout: 600_000 }, () => {
  it("at the characters of a value rules out no kind that its regex sees", () => {
    fc.assert(
      fc.property(value, (text) => {
        const found = charactersOf(text);
        for (const [kind, test, isLikely] of kindTests)
          expect(test.test(text) && !isLikely(found, text), `${kind}, ${String(test).slice(0, 40)}`).toBe(false);
      }),
      { numRuns },
    );
  });

  it("at a named value rules out no score that it has", () => {
    const name = fc.constantFrom(
      ..."password db_password DB_PASSWORD api_key apiKey token secret x-api-key passwd clientSecret auth this.token pwd testPassword".split(
        " ",
      ),
    );
    const line = fc
      .tuple(name, value)
      .chain(([name, value]) =>
        fc.constantFrom(
          `${name} = "${value}"`,
          `export ${name}=${value}`,
          `  "${name}": "${value}",`,
          `user=bob;${name}=${value};`,
          `the ${name} is "${value}"`,
          `const ${name} = getenv('${value}') // example`,
          `<${name}>${value}</${name}>`,
          `--${name} ${value}`,
          `Server=db.acme.com;User ID=sa;${name}=${value};`,
        ),
      );
    const path = fc.constantFrom(
      "src/app.ts",
      ".env",
      "test/a_test.go",
      "docs/readme.md",
      "a.yaml",
      "x/package-lock.json",
      "run.sh",
    );
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 8 }),
        path,
        fc.integer({ min: 0, max: 80 }),
        (lines, path, least) => {
          const text = lines.join("\n");
          const hopeful = [...findNamedValues(text)];
          const view = viewOf(text, path, hopeful);
          for (const named of hopeful) {
            isHopeless(view, named);
            const score = weigh(view, named).reduce((sum, { points }) => sum + points, 0);
            expect(score < least || mayScore(view, named, least), text).toBe(true);
          }
        },
      ),
      { numRuns: numRuns / 3 },
    );
  });
});

describe("words in letters", () => {
  /** The same, with sets and pieces of text. */
  const plainShape = (text: string) => {
    const words = commonWords();
    let [letters, covered] = [0, 0];
    for (const [run] of text.slice(0, 400).matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)) {
      const lower = run.toLowerCase();
      const best = [0];
      for (let end = 1; end <= lower.length; end++) {
        const ways = best.map((before, start) =>
          end - start >= 4 && end - start <= 14 && words.has(lower.slice(start, end)) ? before + end - start : 0,
        );
        best.push(Math.max(best.at(-1) ?? 0, ...ways));
      }
      letters += lower.length;
      covered += lower.length > 3 ? (best.at(-1) ?? 0) : lower.length === 3 && words.has(lower) ? 3 : 0;
    }
    return { coverage: letters === 0 ? 0 : covered / letters, letters };
  };

  it("cover as many as they can", () => {
    const text = fc
      .array(
        fc.oneof(
          piece,
          fc.constantFrom(...commonWords()),
          fc.string({ unit: fc.constantFrom("a", "e", "T", "s", "t", "R", "1", "_") }),
        ),
        {
          maxLength: 12,
        },
      )
      .map((parts) => toByteText(parts.join("")));
    fc.assert(
      fc.property(text, (text) => {
        expect(wordShapeOf(text)).toMatchObject(plainShape(text));
      }),
      { numRuns },
    );
  });

  it("are known in small letters, each of them and nothing else", () => {
    const words = commonWords();
    expect(words.size).toBeGreaterThan(8000);
    for (const word of words) expect(isCommonWord(word), word).toBe(true);
    for (const word of words)
      for (const other of [word.slice(0, -1), `${word}q`, word.toUpperCase(), `${word}1`])
        expect(isCommonWord(other), other).toBe(words.has(other));
  });
});
