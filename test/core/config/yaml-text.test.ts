import { expect, it } from "vitest";
import { parseYaml } from "../../../src/core/config/yaml-text.ts";

it.each([
  ["a table in a table, as a key, a hundred times", `a: 1\n${"? ".repeat(100)}b\n`, 2],
  ["a list", "[a, b]: 1\n", 1],
  ["what an alias stands for", "a: &a [1]\n*a : 2\n", 2],
])("a key that is %s is refused, at once and saying where", (_, text, line) => {
  expect(parseYaml(text)).toMatchObject({ line, message: expect.stringContaining("a key has to be a word") });
});

// Many levels that end at once are what the parser recurses over.
it.each([
  ["? ", "y: 1"],
  [": ", "y: 1"],
  ["- ", "- y"],
])("%j ten thousand times, and then a line further out, is refused, not thrown", (text, next) => {
  expect(parseYaml(`${text.repeat(10_000)}x\n${next}\n`)).toMatchObject({
    message: expect.stringContaining("too deep"),
  });
});
