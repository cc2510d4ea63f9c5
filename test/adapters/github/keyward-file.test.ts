import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type KeywardFile, readKeywardFile } from "../../../src/adapters/github/keyward-file.ts";
import { startWorkTree } from "../../github/work-tree.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;

beforeAll(async () => {
  world = await startGithubWorld();
});
afterAll(() => world.stop());

const sections = z.looseObject({ incidents: z.strictObject({ probing: z.boolean().optional() }).optional() });

/** What is read of a repository with these files. */
async function readOf(files: readonly (readonly [string, string])[]): Promise<KeywardFile<z.infer<typeof sections>>> {
  const { repo, local } = await world.newRepo();
  await using tree = await startWorkTree(local);
  await tree.commit({ message: "files", files: [["README.md", "# Shop\n"], ...files] });
  await tree.push("main");
  const client = world.app.clientFor(repo.installationId);
  return readKeywardFile(client, { owner: repo.owner, repo: repo.name }, sections);
}

describe("keyward.yml", () => {
  test("that is not there says nothing", async () => {
    expect(await readOf([])).toEqual({ kind: "none" });
  });

  test("is read as its sections", async () => {
    const file = await readOf([[".github/keyward.yml", "incidents:\n  probing: true\n"]]);
    expect(file).toEqual({ kind: "read", sections: { incidents: { probing: true } } });
  });

  test("that is empty asks for nothing", async () => {
    expect(await readOf([[".github/keyward.yml", "# later\n"]])).toEqual({ kind: "read", sections: {} });
  });

  test.each([
    ["is no YAML", "incidents: [\n\n", "line 3"],
    ["has a key that does not exist", "incidents:\n  probbing: true\n", "incidents"],
    ["has a value of another kind", "incidents:\n  probing: sometimes\n", "incidents.probing"],
  ])("that %s is not understood, and where is said", async (_, text, where) => {
    expect(await readOf([[".github/keyward.yml", text]])).toEqual({ kind: "not-understood", where: [where] });
  });

  test("that is a folder is not understood", async () => {
    expect(await readOf([[".github/keyward.yml/a", "a"]])).toEqual({
      kind: "not-understood",
      where: [".github/keyward.yml"],
    });
  });
});
