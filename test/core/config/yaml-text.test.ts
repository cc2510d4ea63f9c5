import { expect, it } from "vitest";
import { parseYaml } from "../../../src/core/config/yaml-text.ts";

it.each([
  ["a table in a table, as a key, a hundred times", `a: 1\n${"? ".repeat(100)}b\n`, 2],
  ["a list", "[a, b]: 1\n", 1],
  ["what an alias stands for", "a: &a [1]\n*a : 2\n", 2],
])("a key that is %s is refused, at once and saying where", (_, text, line) => {
  expect(parseYaml(text)).toMatchObject({ line, message: expect.stringContaining("a key has to be a word") });
});

it.each(["? ", "- ", "- - ? "])("%j five thousand times is refused, not thrown", (text) => {
  expect(parseYaml(`rules:\n  - id: x\n${text.repeat(5000)}\n`)).toMatchObject({ message: expect.any(String) });
});
