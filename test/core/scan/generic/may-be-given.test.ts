import fc from "fast-check";
import { expect, test } from "vitest";
import { findAssignments } from "../../../../src/core/scan/generic/find-assignments.ts";
import { nameSought, namesIn } from "../../../../src/core/scan/generic/find-names.ts";
import { mayBeGiven } from "../../../../src/core/scan/generic/may-be-given.ts";
import { surelyGiven } from "../../../../src/core/scan/generic/surely-given.ts";

/** Every place of a name to which something may be given. */
function spottedIn(text: string): readonly number[] {
  const small = text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
  const places = nameSought.words.flatMap((word) => {
    const found: number[] = [];
    for (let at = small.indexOf(word); at >= 0; at = small.indexOf(word, at + 1)) found.push(at);
    return found;
  });
  return [...new Set(places)].filter((place) => mayBeGiven(text, place)).sort((a, b) => a - b);
}

function expectSame(text: string): void {
  const spotted = spottedIn(text);
  expect([...findAssignments(text, () => spotted)], JSON.stringify(text)).toEqual([...findAssignments(text)]);
}

const isGivenIn = (text: string): boolean => [...namesIn(text)].some(({ start }) => mayBeGiven(text, start));

test.each([
  "func (key string) error {\n",
  "for key := range values {\n",
  "  token: token,\n",
  "return secret\n",
  "the access token of an account; see there\n",
  "x.auth = auth;\n",
  "authority::name",
  "cred)\n",
])("nothing is given in %j", (text) => {
  expect([...findAssignments(text)]).toEqual([]);
  expect(isGivenIn(text)).toBe(false);
});

test.each([
  'password = "x9"',
  "pwd=abc",
  "<key>abc</key>",
  '"v" == token',
  "--auth abc",
  'token "abc"',
  "token:\n  'x'",
  'char auth[N] = "x"',
])("something may be given in %j", (text) => expect(isGivenIn(text)).toBe(true));

const names = [
  "key",
  "Token",
  "secret",
  "password",
  "api_key",
  "auth",
  "pw",
  "psk",
  "cred",
  "access token",
  "-pass",
  "$key",
  "seed",
  "пароль",
  "bearer",
  "clave",
  "keyPw",
  "masterauth",
].map((name) => Buffer.from(name).toString("latin1"));
const values = [
  "abc",
  "hunter2hunter",
  "A1b2C3d4E5f6G7h8I9j0",
  "foo_bar",
  "x",
  "true",
  "this.",
  "self->",
  "value",
  "default",
  "variable ",
  "nil",
];
const marks = [
  ...Array.from("=:\"'`()[]{}<>,;|&\\/.-_!?+*#$@%~^ \t\n\r\0\xa0\xff"),
  " = ",
  ": ",
  ":= ",
  "==",
  " == ",
  "=>",
  '\\"',
  "&quot;",
  "</",
  "</key>",
  "||",
  "??",
  " or ",
  "is ",
  "for ",
  "of ",
  "will be ",
  "to eq(",
  "to ",
  ".equals(",
  "\r\n",
  "  ",
  "\n  ",
  "set ",
  "ENV ",
  "${",
  "{{",
  "q(",
  "[[",
  'r#"',
  'R"(',
  ":-",
  ": string = ",
  "!!str ",
  "| ",
  "new ",
  "foo(",
];
const text = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...names) },
      { weight: 2, arbitrary: fc.constantFrom(...values) },
      { weight: 6, arbitrary: fc.constantFrom(...marks) },
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(""));

const runs = Number(process.env["FUZZ_RUNS"] ?? 3000);

test("what is dropped is nothing that would be found", () => {
  fc.assert(fc.property(text, expectSame), { numRuns: runs });
});

test("nor in long names and far from the name", () => {
  const filler = fc.tuple(fc.constantFrom(" ", "a", "a1", "\t", "\n", "*", "-", "."), fc.integer({ min: 1, max: 220 }));
  const spread = fc.array(
    fc.oneof(
      text,
      filler.map(([piece, times]) => piece.repeat(times)),
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(spread, (parts) => expectSame(parts.join(""))),
    { numRuns: runs / 3 },
  );
});

/** What is said to be surely given to each name is what is found for it, if anything is. */
function expectSure(text: string): void {
  const found = [...findAssignments(text)];
  for (const { start: place } of namesIn(text)) {
    const given = surelyGiven(text, place);
    if (given === null) continue;
    for (const { nameStart, name, start, end, quoting } of found) {
      if (nameStart > given.nameEnd || nameStart + name.length <= given.nameStart) continue;
      const told = { nameStart, nameEnd: nameStart + name.length, start, end, bare: quoting === "none" };
      expect(told, JSON.stringify(text)).toEqual(given);
    }
  }
}

test("what surely is given is what is found, and nothing is where it is nothing", () => {
  fc.assert(fc.property(text, expectSure), { numRuns: runs });
});

test.each([
  ['"token": "nextToken",', "token", "nextToken"],
  ["set('PASSWORD', 'abc')", "PASSWORD", "abc"],
  ['setToken("abc")', "setToken", "abc"],
  ["export API_KEY=abcdefghijkl\n", "API_KEY", "abcdefghijkl"],
  ["secret = loadSecretOf.context\n", "secret", "loadSecretOf.context"],
  ["foo(secret = loadSecret(context))\n", "secret", "loadSecret(context"],
  ['token: ""', "token", ""],
  ['"PassToken": {}', "PassToken", ""],
  ["token: {a: 'b'}", "token", ""],
  ['"token": {\n  "shape": "S4"', "token", "shape"],
  ['"auth" : [ "sigv4" ]', "auth", "sigv4"],
  ["\ttoken := peekToken(parser);\n", "token", "peekToken(parser)"],
])("what is given in %j is sure", (text, name, value) => {
  const given = surelyGiven(text, text.indexOf(name));
  expect(given && text.slice(given.nameStart, given.nameEnd)).toBe(name);
  expect(given && text.slice(given.start, given.end)).toBe(value);
});

test.each([
  "password: string = 'abc'",
  'token = get("TOKEN")',
  "export token = load(context)\n",
  "token: ['a' | 'b'] = 'c'",
  "token:-load(context)\n",
  'token = a || "abc"',
  'api token = "abc"',
  "<token>abc</token>",
  '"abc" == token',
  'basicAuth("a", "b")',
  'token = "{\\"a\\": 1}"',
  `token = "${"a".repeat(66)}"`,
])("what is given in %j is left to others", (text) =>
  expect(surelyGiven(text, text.search(/t(?=oken)|p(?=ass)|A(?=uth)/))).toBeNull(),
);
