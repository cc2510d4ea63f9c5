import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKeywardConfigReader } from "../../../src/adapters/github/keyward-config.ts";
import type { RepoRef } from "../../../src/core/change/change.ts";
import { defaultKeywardConfig, type KeywardConfig } from "../../../src/core/config/keyward-config.ts";
import type { LastGoodFiles } from "../../../src/flows/ports/keyward-config.ts";
import type { LocalRepository } from "../../github/local-repository.ts";
import { startWorkTree } from "../../github/work-tree.ts";
import { silentLog } from "../../support/log.ts";
import { startGithubWorld, type GithubWorld } from "./github-world.ts";

let world: GithubWorld;
let organization: LocalRepository;

beforeAll(async () => {
  world = await startGithubWorld();
  organization = await world.github.createRepository({ owner: "acme", name: ".github" });
});
afterAll(() => world.stop());

const path = ".github/keyward.yml";

/** Remembered as a database would: it outlives the reader. */
function memory(): LastGoodFiles {
  const blobs = new Map<string, string>();
  return {
    of: async (file) => blobs.get(JSON.stringify(file)) ?? null,
    note: async (file, blob) => void blobs.set(JSON.stringify(file), blob),
  };
}

/** A reader as after a start: it remembers nothing but what is stored. */
const readWith = (lastGood: LastGoodFiles, repo: RepoRef, base?: string): Promise<KeywardConfig> =>
  createKeywardConfigReader(world.app, lastGood, silentLog).configOf(repo, base);

type Commit = (files: readonly (readonly [string, string])[], branch?: string) => Promise<void>;

async function newRepo(): Promise<{ readonly repo: RepoRef; readonly commit: Commit }> {
  const { repo, local } = await world.newRepo();
  return { repo, commit: await committing(local) };
}

async function committing(local: LocalRepository): Promise<Commit> {
  const tree = await startWorkTree(local);
  return async (files, branch = "main") => {
    if (branch !== "main") await tree.git("switch", "--quiet", "--create", branch);
    await tree.commit({ message: "files", files: [["README.md", "# Shop\n"], ...files] });
    await tree.push(branch);
    if (branch !== "main") await tree.git("switch", "--quiet", "main");
  };
}

const reminding = (hours: number): string => `incidents:\n  remind-every-hours: ${hours}\n`;

describe("keyward.yml", () => {
  test("that is not there leaves the defaults, and nothing to be said", async () => {
    const { repo, commit } = await newRepo();
    await commit([]);
    expect(await readWith(memory(), repo)).toEqual(defaultKeywardConfig);
  });

  test("of the default branch counts; of the base branch, where a change is judged by one that has it", async () => {
    const { repo, commit } = await newRepo();
    await commit([[path, reminding(5)]]);
    await commit([[path, reminding(7)]], "release");
    await commit([["notes.md", "none here"]], "other");
    const hoursBy = async (base?: string) => (await readWith(memory(), repo, base)).incidents.remindEveryHours;
    expect([await hoursBy(), await hoursBy("main"), await hoursBy("release"), await hoursBy("gone")]).toEqual([
      5, 5, 7, 5,
    ]);
  });

  test("with a mistake keeps what was understood last, after a restart too, and its line is told", async () => {
    const { repo, commit } = await newRepo();
    const lastGood = memory();
    await commit([[path, reminding(5)]]);
    await readWith(lastGood, repo);
    await commit([[path, `# new\n${reminding(6)}  probbing: true\n`]]);
    const { incidents, notices } = await readWith(lastGood, repo);
    expect(incidents.remindEveryHours).toBe(5);
    expect(notices).toEqual([
      {
        file: `acme/${repo.name}/${path}`,
        line: 4,
        message: "there is no `probbing` in `incidents`; did you mean `probing`?",
        instead: "last-good",
      },
    ]);
  });

  test.each([
    ["is no YAML", "incidents: [\n\n", 3],
    ["has a value of another kind", "incidents:\n  probing: sometimes\n", 2],
    ["has what counts for organizations alone", "incidents: {}\nproviders: {}\n", 2],
  ])("that %s and never was good leaves the defaults, and says so", async (_, text, line) => {
    const { repo, commit } = await newRepo();
    await commit([[path, text]]);
    const { incidents, notices } = await readWith(memory(), repo);
    expect(incidents).toEqual(defaultKeywardConfig.incidents);
    expect(notices).toMatchObject([{ line, instead: "defaults" }]);
  });

  test("that is a folder is not taken for none", async () => {
    const { repo, commit } = await newRepo();
    await commit([[`${path}/a`, "a"]]);
    const { notices } = await readWith(memory(), repo);
    expect(notices).toMatchObject([{ line: null, message: "expected a file; found a folder", instead: "defaults" }]);
  });

  test("that GitHub does not let us read is not taken for none", async () => {
    const { repo, commit } = await newRepo();
    await commit([[path, reminding(5)]]);
    const ofRepo = new RegExp(`${repo.name}/contents`);
    const fault = world.github.faults.add({ kind: "answer", status: 403, path: ofRepo });
    const { notices } = await readWith(memory(), repo, "main");
    fault.remove();
    expect(notices).toMatchObject([{ line: null, instead: "defaults" }]);
  });

  test("of the organization holds beneath the repository's own, key by key", async () => {
    const commitAtHome = await committing(organization);
    await commitAtHome([[path, "incidents:\n  remind-every-hours: 3\n  overlap-hours: 12\nproviders: {}\n"]]);
    const { repo, commit } = await newRepo();
    await commit([[path, "incidents:\n  overlap-hours: 6\n"]]);
    const { incidents } = await readWith(memory(), repo);
    expect([incidents.remindEveryHours, incidents.overlapHours]).toEqual([3, 6]);
  });

  test("that did not change is not sent again", async () => {
    const { repo, commit } = await newRepo();
    await commit([[path, reminding(5)]]);
    const reader = createKeywardConfigReader(world.app, memory(), silentLog);
    await reader.configOf(repo, "main");
    expect((await reader.configOf(repo, "main")).incidents.remindEveryHours).toBe(5);
    const asked = world.github.requests.filter(({ path }) => path.includes(`${repo.name}/contents`));
    expect(asked.map(({ status }) => status)).toEqual([200, 304]);
  });
});
