import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTexts } from "../../../src/adapters/github/texts.ts";
import type { RepoRef } from "../../../src/core/change/change.ts";
import type { TextRef } from "../../../src/core/text/text-ref.ts";
import type { Texts } from "../../../src/flows/ports/texts.ts";
import type { LocalRepository } from "../../github/local-repository.ts";
import { startWorkTree } from "../../github/work-tree.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

const rights = { metadata: "read", issues: "write" } as const;

/** One text of each kind, in a repository with a pull request. */
async function everyText(local: LocalRepository): Promise<readonly TextRef[]> {
  await using tree = await startWorkTree(local);
  await tree.commit({ message: "one", files: [["a", "1"]] });
  await tree.push("main");
  await tree.git("switch", "--quiet", "--create", "topic");
  await tree.commit({ message: "two", files: [["a", "2"]] });
  await tree.push("topic");
  const { number } = await local.openPullRequest({ head: "topic", title: "pull title", body: "pull body" });
  const issue = local.openIssue({ title: "issue title", body: "issue body" });
  return [
    { surface: "issue", number: issue.number },
    { surface: "pull-request", number },
    { surface: "issue-comment", number: issue.number, id: local.comment(issue.number, "a comment") },
    { surface: "review", number, id: local.review(number, "a review") },
    {
      surface: "review-comment",
      number,
      id: local.commentOnLine(number, { path: "a", line: 1, body: "on a line" }),
    },
    { surface: "release", id: local.publishRelease({ tag: "v1", name: "a name", body: "notes" }) },
  ];
}

const wordsOf = async (texts: Texts, repo: RepoRef, ref: TextRef): Promise<readonly string[]> => {
  const reading = await texts.read(repo, ref);
  return reading.kind === "read" ? reading.parts.map(({ text }) => text) : [reading.kind];
};

describe("texts, where the app may write all of them", () => {
  let world: GithubWorld;
  let texts: Texts;
  let repo: RepoRef;
  let refs: readonly TextRef[];
  beforeAll(async () => {
    const permissions = { ...rights, pull_requests: "write", contents: "write" } as const;
    world = await startGithubWorld({ permissions });
    texts = createTexts(world.app);
    const made = await world.newRepo();
    ({ repo } = made);
    refs = await everyText(made.local);
  });
  afterAll(() => world.stop());

  test("are read by their ids, and each part is written alone", async () => {
    for (const ref of refs) {
      const reading = await texts.read(repo, ref);
      if (reading.kind !== "read") throw new Error(`${ref.surface} was not read: ${reading.kind}`);
      for (const { place, text } of reading.parts)
        expect(await texts.replace(repo, place, `${text}, masked`)).toEqual({ kind: "replaced" });
    }
    const words = await Promise.all(refs.map((ref) => wordsOf(texts, repo, ref)));
    expect(words).toEqual([
      ["issue title, masked", "issue body, masked"],
      ["pull title, masked", "pull body, masked"],
      ["a comment, masked"],
      ["a review, masked"],
      ["on a line, masked"],
      ["a name, masked", "notes, masked"],
    ]);
  });

  test("that are not there are gone, to be read and to be written", async () => {
    for (const ref of refs) {
      const missing = { ...ref, ...("id" in ref ? { id: 1 } : { number: 9999 }) };
      expect(await texts.read(repo, missing)).toEqual({ kind: "gone" });
    }
    const place = { surface: "issue-comment", number: 1, id: 1 } as const;
    expect(await texts.replace(repo, place, "x")).toEqual({ kind: "gone" });
  });

  test("are found under the name that the repository has now", async () => {
    const { repo: before, local } = await world.newRepo();
    const { number } = local.openIssue({ title: "t", body: "b" });
    local.rename("renamed-since");
    expect(await wordsOf(texts, before, { surface: "issue", number })).toEqual(["t", "b"]);
  });

  test("know the login under which they are written", async () => {
    expect(await texts.ownLogin()).toBe("keyward[bot]");
  });
});

test("what the app may not write is refused, with the permission that it takes", async () => {
  const world = await startGithubWorld({ permissions: { ...rights, pull_requests: "read", contents: "read" } });
  const texts = createTexts(world.app);
  const { repo, local } = await world.newRepo();
  const refs = await everyText(local);
  const answers = new Map<string, unknown>();
  for (const ref of refs) {
    const reading = await texts.read(repo, ref);
    const [part] = reading.kind === "read" ? reading.parts : [];
    if (part) answers.set(ref.surface, await texts.replace(repo, part.place, "masked"));
  }
  const refused = (permission: string) => ({
    kind: "refused",
    reason: `GitHub answered 403; it takes the permission ${permission}`,
  });
  expect(Object.fromEntries(answers)).toEqual({
    issue: { kind: "replaced" },
    "pull-request": { kind: "replaced" },
    "issue-comment": { kind: "replaced" },
    review: refused("pull_requests: write"),
    "review-comment": refused("pull_requests: write"),
    release: refused("contents: write"),
  });
  await world.stop();
});
