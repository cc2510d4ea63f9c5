import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWikiPages, type WikiPages } from "../../../src/adapters/git/wiki-pages.ts";
import type { RepoRef } from "../../../src/core/change/change.ts";
import type { LocalRepository } from "../../github/local-repository.ts";
import { gitText } from "../../github/git/git.ts";
import { startGithubWorld, type GithubWorld } from "../github/github-world.ts";

const page = "guides/Set up, part 1.md";

let world: GithubWorld;
let cacheDir: string;
let pages: WikiPages;
let repo: RepoRef;
let local: LocalRepository;

const pagesIn = ({ app }: Pick<GithubWorld, "app">, directory: string): WikiPages =>
  createWikiPages({
    cacheDir: directory,
    remoteUrl: ({ owner, name }) => `${app.urls.base}/${owner}/${name}.wiki.git`,
    token: app.installationToken,
    writeToken: app.writeToken,
    author: async () => "keyward[bot]",
    maxPageBytes: 1_000,
    timeoutMs: 60_000,
  });

beforeAll(async () => {
  world = await startGithubWorld({ permissions: { metadata: "read", contents: "write" } });
  cacheDir = await mkdtemp(join(tmpdir(), "wiki-pages-"));
  pages = pagesIn(world, cacheDir);
  ({ repo, local } = await world.newRepo());
});
afterAll(async () => {
  await rm(cacheDir, { recursive: true, force: true });
  await world.stop();
});

test("a wiki that nobody has written yet, and a page that is not there, are gone", async () => {
  expect(await pages.read(repo, page)).toEqual({ kind: "gone" });
  const revision = await local.editWiki("Home.md", "Welcome\r\n");
  expect(await pages.read(repo, page)).toEqual({ kind: "gone" });
  expect(await pages.replace(repo, { path: page, revision }, "x")).toEqual({ kind: "gone" });
});

test("a page is replaced on top of what is there, and what stood there stays in the history", async () => {
  const before = await local.editWiki(page, "clé: one\r\n");
  const read = await pages.read(repo, page);
  expect(read).toMatchObject({
    kind: "read",
    parts: [{ text: "clé: one\r\n", place: { path: page, revision: before } }],
  });
  expect(await pages.replace(repo, { path: page, revision: before }, "clé: ****\r\n")).toEqual({ kind: "replaced" });
  expect(await local.wikiPage(page)).toBe("clé: ****\r");
  expect(await local.wikiPage(page, before)).toBe("clé: one\r");
  expect(await local.wikiPage("Home.md")).toBe("Welcome\r");
  const directory = local.directory.replace(/\.git$/, ".wiki.git");
  const [author, parent] = (await gitText(directory, ["log", "-1", "--format=%an %P", "master"])).split(" ");
  expect([author, parent]).toEqual(["keyward[bot]", before]);
});

test("what somebody else wrote meanwhile is not overwritten; another page does not matter", async () => {
  const revision = await local.editWiki("Keys.md", "one two\n");
  await local.editWiki("Other.md", "else\n");
  expect(await pages.replace(repo, { path: "Keys.md", revision }, "**** two\n")).toEqual({ kind: "replaced" });
  await expect(pages.replace(repo, { path: "Keys.md", revision }, "one ****\n")).rejects.toThrow(/to be read again/);
  expect(await local.wikiPage("Keys.md")).toBe("**** two");
});

test("two servers that mask the same wiki at once leave nothing unmasked, and lose nothing", async () => {
  await local.editWiki("Shared.md", "first second kept\n");
  await local.editWiki("Apart.md", "third\n");
  const directory = await mkdtemp(join(tmpdir(), "wiki-pages-"));
  const other = pagesIn(world, directory);
  /** As the job that masks does it: what fails is done again from the beginning. */
  const mask = async (server: WikiPages, path: string, secrets: RegExp): Promise<void> => {
    for (let tries = 0; tries < 20; tries += 1) {
      const reading = await server.read(repo, path);
      const [part] = reading.kind === "read" ? reading.parts : [];
      if (part?.place.surface !== "wiki") throw new Error("expected a page");
      const text = part.text.replace(secrets, "****");
      if (text === part.text) return;
      await server.replace(repo, { path, revision: part.place.revision }, text).catch(() => undefined);
    }
    throw new Error("it was never masked");
  };
  try {
    // Each knows of other incidents: what one of them leaves, the other masks.
    await Promise.all([
      mask(pages, "Shared.md", /first/),
      mask(other, "Shared.md", /first|second/g),
      mask(other, "Apart.md", /third/),
      mask(pages, "Apart.md", /third/),
    ]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  expect(await local.wikiPage("Shared.md")).toMatch(/^\*{4} \*{4} kept$/);
  expect(await local.wikiPage("Apart.md")).toBe("****");
});

test("what is no text, or too long, is not read", async () => {
  await local.editWiki("Long.md", "x".repeat(2_000));
  expect(await pages.read(repo, "Long.md")).toMatchObject({ kind: "unread", detail: /larger than 1000/ });
});

test("without the permission nothing is pushed, and that is said", async () => {
  const reading = await startGithubWorld({ permissions: { metadata: "read", contents: "read" } });
  const { repo: other, local: wiki } = await reading.newRepo();
  const revision = await wiki.editWiki("Home.md", "Welcome");
  const refused = { kind: "refused", reason: expect.stringContaining("contents: write") as string };
  expect(await pagesIn(reading, cacheDir).replace(other, { path: "Home.md", revision }, "x")).toEqual(refused);
  expect(await wiki.wikiPage("Home.md")).toBe("Welcome");
  await reading.stop();
});
