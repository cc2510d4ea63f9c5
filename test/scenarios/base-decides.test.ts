import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillShape } from "../../src/core/scan/shape/fill-shape.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import type { WorkTree } from "../github/work-tree.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

let scene: Scene;
let repository: LocalRepository;
let tree: WorkTree;

const file = ".github/keyward.yml";
const policy = `policy:
  paths:
    - { globs: [vendor/], findings: ignore }
    - { globs: [test/], findings: report }
`;
const leak = (): string => `const github = connect("${newToken()}");\n`;

beforeAll(async () => {
  scene = await startScene();
  ({ repository, tree } = await startRepository(scene));
  await onMain({ [file]: policy });
});
afterAll(async () => {
  await assertFaithful(scene.github);
  await scene[Symbol.asyncDispose]();
});

type Files = Readonly<Record<string, string>>;

/** What is said of some files, committed on the branch that is checked out. */
async function pushed(branch: string, files: Files) {
  const head = await tree.commit({ message: "Work", files: Object.entries(files) });
  await tree.push(branch);
  return verdictOn(repository, head);
}

async function onMain(files: Files) {
  await tree.git("switch", "--quiet", "main");
  return pushed("main", files);
}

/** What is said of some files on a branch of their own that starts from `base`. */
async function onBranch(branch: string, files: Files, base = "main") {
  await tree.git("switch", "--quiet", "--create", branch, base);
  return pushed(branch, files);
}

describe("the policy of the base branch", () => {
  it("has findings at some paths shown without blocking, and others not looked at, which is said", async () => {
    const run = await onBranch("paths", { "test/a.ts": leak(), "vendor/a.ts": leak(), "vendor/b.ts": leak() });
    expect(run).toMatchObject({ conclusion: "success", title: "Nothing that blocks in 1 commit; 1 to look at" });
    expect(run.annotations).toMatchObject([{ path: "test/a.ts", annotation_level: "warning" }]);
    expect(run.summary).toContain("Not looked at, as the policy says: 2 files: `vendor/` (2).");
    expect(await onBranch("beside", { "src/a.ts": leak() })).toMatchObject({ conclusion: "failure" });
  });

  it("counts for a pull request into that branch, as the branch has it", async () => {
    await onBranch("release", { [file]: "policy: { paths: [{ globs: [docs/], findings: report }] }\n" });
    const run = await onBranch("fix", { "test/a.ts": leak() }, "release");
    expect(run.conclusion).toBe("success");
    await repository.openPullRequest({ head: "fix", base: "release", title: "Fix" });
    const head = await tree.git("rev-parse", "fix");
    await until("the pass to be taken back", () => repository.checkRuns(head)[0]?.conclusion === "failure");
  });
});

describe("a change that edits what it is judged by", () => {
  it("is judged by the base's all the same", async () => {
    const run = await onBranch("hide", {
      [file]: "policy: { paths: [{ globs: ['**'], findings: ignore }] }\n",
      ".gitleaksignore": "src/a.ts:github-pat:1\n",
      ".gitleaks.toml": "[allowlist]\npaths = ['.*']\n",
      "src/a.ts": leak().replace("\n", " // keyward:allow gitleaks:allow\n"),
    });
    expect(run).toMatchObject({ conclusion: "failure", annotations: [{ path: "src/a.ts", start_line: 1 }] });
    await repository.openPullRequest({ head: "hide", title: "Nothing to see" });
    await scene.github.idle();
    expect(await verdictOn(repository, await tree.git("rev-parse", "hide"))).toMatchObject({ conclusion: "failure" });
  });
});

describe("rules of one's own", () => {
  it("in a file on the base find what Keyward's do not, and are those of the base", async () => {
    // Nothing that anybody's detectors take for a token, as only the rule knows it.
    const word = (): string => fillShape("acme key {lower:5} {lower:5} {lower:5}", randomInt(2 ** 31));
    const rules =
      '[[rules]]\nid = "acme-key"\ndescription = "Acme key"\nregex = "acme key [a-z]{5} [a-z]{5} [a-z]{5}"\nconfidence = "strong"\n';
    const before = await onBranch("unruled", { "src/key.ts": `open("${word()}");\n` });
    await onMain({ [file]: `${policy}rules: .gitleaks.toml\n`, ".gitleaks.toml": rules });
    const run = await onBranch("ruled", {
      "src/key.ts": `open("${word()}");\n`,
      ".gitleaks.toml": "title = 'no rules'\n",
    });
    expect([before.conclusion, run.conclusion]).toEqual(["success", "failure"]);
    expect(run.annotations).toMatchObject([{ path: "src/key.ts", title: "Acme key" }]);
    await onMain({ ".gitleaks.toml": `${rules}[[rules]]\nid = "bad"\nregex = "a("\n` });
    const later = await onBranch("later-ruled", { "src/key.ts": `open("${word()}");\n` });
    expect(later.conclusion).toBe("failure");
    expect(later.summary).toContain(`\`acme/${repository.name}/.gitleaks.toml\`, line 8`);
  });
});

describe("a keyward.yml with a mistake", () => {
  it("is told on its line in the change that brings it, and decides nothing", async () => {
    const run = await onBranch("mistake", { [file]: `${policy}    - { globs: [src/], findings: ingore }\n` });
    expect(run.conclusion).toBe("success");
    expect(run.annotations).toMatchObject([{ path: file, start_line: 5, annotation_level: "warning" }]);
    expect(run.annotations[0]?.message).toContain(
      '`policy.paths[2].findings`: expected ignore, report or block; found something else; did you mean "ignore"?',
    );
  });

  it("on the base leaves in force what was understood last, after a restart too, and every check says so", async () => {
    await onMain({ [file]: `polizei: {}\n${policy}` });
    await scene.whileStopped(async () => {});
    const run = await onBranch("later", { "test/b.ts": leak() });
    expect(run).toMatchObject({ conclusion: "success", annotations: [{ path: "test/b.ts" }] });
    expect(run.summary).toContain(`\`acme/${repository.name}/${file}\`, line 1`);
    expect(run.summary).toContain("What was understood last holds.");
  });
});
