import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { settingHelp } from "../src/app/settings.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const documents = globSync(["*.md", "docs/**/*.md", ".github/**/*.md", "patterns/**/*.md"], { cwd: root });
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json")));

describe.each(documents)("%s", (document) => {
  const text = read(document);

  it("links only to files and headings that exist", () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !resolves(document, link))).toEqual([]);
  });

  it("names only npm scripts that exist", () => {
    const named = [...text.matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map((match) => match[1] ?? "");
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("names only files of this repository that exist", () => {
    const named = [...text.matchAll(/`((?:src|test|docs|bin|patterns|scripts)\/[^`\s]*)`/g)].map((m) => m[1] ?? "");
    const concrete = named.filter((path) => !/[<>*]|NNNN/.test(path));
    expect(concrete.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("holds no path of somebody's machine", () => {
    expect(text.match(/(?<![\w.:/-])\/(?:home|root|Users|work|var\/tmp)\/\S*/g)).toBeNull();
  });
});

describe("the settings", () => {
  const settings = Object.keys(settingHelp).toSorted();

  it("are all in the README's table, and nothing else is", () => {
    const rows = [...read("README.md").matchAll(/^\| `([A-Z_]+)` +\|/gm)].map((match) => match[1] ?? "");
    expect(rows.toSorted()).toEqual(settings);
  });

  it("are all in .env.example, and nothing else is", () => {
    const lines = [...read(".env.example").matchAll(/^(?:# )?([A-Z_]+)=/gm)].map((match) => match[1] ?? "");
    expect(lines.map((name) => name.replace(/_FILE$/, "")).toSorted()).toEqual(settings);
  });

  it("that compose.yaml hands over as files are among them", () => {
    const named = [...read("compose.yaml").matchAll(/^ +([A-Z_]+)_FILE: /gm)].map((match) => match[1] ?? "");
    const ours = named.filter((name) => !name.startsWith("POSTGRES_"));
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.filter((name) => !settings.includes(name))).toEqual([]);
  });
});

/** Whether a relative link leads to a file, and, with a fragment, to one of its headings. */
function resolves(document: string, link: string): boolean {
  const [path = "", fragment] = link.split("#");
  const target = path === "" ? document : join(dirname(document), path);
  if (!existsSync(join(root, target))) return false;
  return fragment === undefined || headings(read(target)).includes(fragment);
}

/** The fragments GitHub gives to the headings of a Markdown text. */
function headings(text: string): string[] {
  const titles = [...text.matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
  return titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
