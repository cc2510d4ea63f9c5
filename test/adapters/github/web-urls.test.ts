import { describe, expect, test } from "vitest";
import { createWebUrls } from "../../../src/adapters/github/web-urls.ts";

test.each([
  ["https://api.github.com", "https://github.com"],
  ["https://api.github.com/", "https://github.com"],
  ["https://api.acme.ghe.com", "https://acme.ghe.com"],
  ["https://git.acme.example/api/v3", "https://git.acme.example"],
  ["https://git.acme.example:8443/api/v3/", "https://git.acme.example:8443"],
  ["https://api.acme.example/api/v3", "https://api.acme.example"],
  ["http://127.0.0.1:4000", "http://127.0.0.1:4000"],
])("the pages that belong to the API at %s are at %s", (api, web) => {
  expect(createWebUrls(api).base).toBe(web);
});

const urls = createWebUrls("https://api.github.com");
const repo = { owner: "acme", name: "shop" };
const line = (path: string): string =>
  urls.line(repo, "c0ffee", path, 7).slice("https://github.com/acme/shop/blob/".length);

test("commits and issues", () => {
  expect(urls.commit(repo, "c0ffee")).toBe("https://github.com/acme/shop/commit/c0ffee");
  expect(urls.issue(repo, 12)).toBe("https://github.com/acme/shop/issues/12");
});

describe("a line of a file", () => {
  test.each([
    ["src/a.ts", "c0ffee/src/a.ts#L7"],
    ["a b/ü.ts", "c0ffee/a%20b/%C3%BC.ts#L7"],
    ["a#b?c%d.ts", "c0ffee/a%23b%3Fc%25d.ts#L7"],
    ["a(b)[c]'d'.ts", "c0ffee/a%28b%29%5Bc%5D%27d%27.ts#L7"],
    ["line\nend.ts", "c0ffee/line%0Aend.ts#L7"],
    ['a "quoted" name', "c0ffee/a%20%22quoted%22%20name#L7"],
  ])("%j is encoded segment by segment", (path, expected) => {
    expect(line(path)).toBe(expected);
  });

  test("a rendered file is asked for as source, since only that has lines", () => {
    expect(line("docs/README.md")).toBe("c0ffee/docs/README.md?plain=1#L7");
  });

  test("a name that git quoted for not being UTF-8 leads to its bytes", () => {
    expect(line(String.raw`"caf\351/a\tb\\c.txt"`)).toBe("c0ffee/caf%E9/a%09b%5Cc.txt#L7");
  });

  test("half a surrogate pair does not break the link", () => {
    expect(line("a\ud800.ts")).toBe("c0ffee/a%EF%BF%BD.ts#L7");
  });
});
