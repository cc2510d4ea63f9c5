import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorkTree } from "../github/work-tree.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until, verdictOn } from "../support/watch.ts";

const inFile = newToken();
const inMessage = newToken();
const inTitle = newToken();
const planted = [inFile, inMessage, inTitle];

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ LOG_LEVEL: "trace" });
  const repository = await scene.github.createRepository({ owner: "acme", name: "shop" });
  await using tree = await startWorkTree(repository);
  await tree.commit({ message: "Start", files: [["README.md", "# Shop\n"]] });
  await tree.push("main");
  await tree.git("switch", "--quiet", "--create", "topic");
  await tree.commit({ message: `Connect\n\nwith ${inMessage}`, files: [["app.ts", `const t = "${inFile}";\n`]] });
  const head = await tree.commit({ message: `Clean ${inMessage}`, files: [["app.ts", "export {};\n"]] });
  await tree.push("topic");
  await repository.openPullRequest({ head: "topic", title: `Use ${inTitle}`, body: `It is ${inTitle}` });
  await verdictOn(repository, head);
  await until("the incident", () => repository.issues().some(({ pull }) => pull === null));
  await scene.github.idle();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

/** A secret as it may be written: as it is, in base64 at any offset, in hex, backwards. */
function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.from("x".repeat(offset) + secret).toString("base64");
    return text.slice(offset === 0 ? 0 : 4, -4);
  });
  return [secret, ...base64, Buffer.from(secret).toString("hex"), secret.split("").toReversed().join("")];
}

function expectNoSecretIn(where: string, content: Buffer | string): void {
  const bytes = Buffer.from(content);
  const found = planted
    .flatMap(formsOf)
    .some((form) => bytes.includes(form) || bytes.includes(Buffer.from(form, "utf16le")));
  expect(found, `a planted secret is in ${where}`).toBe(false);
}

describe("after a leak was judged and filed, the secret is", () => {
  it("not in what Keyward sent to GitHub: checks, issues, anything", () => {
    const bodies = scene.github.requests.map(({ path, body }) => `${path}\n${body}`).join("\n");
    expect(bodies).toContain("keyward:incident:");
    expectNoSecretIn("a request to GitHub", bodies);
  });

  it("not in the log, at its most talkative", () => {
    expect(scene.keyward.output()).toContain("change judged");
    expectNoSecretIn("the log", scene.keyward.output());
  });

  it("not in any file of the database: tables, jobs, indexes, write-ahead log", async () => {
    // A clean stop writes everything out.
    await scene.restart();
    const directory = join(scene.keyward.dataDir, "database");
    const names = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const contents = await Promise.all(files.map(async (file) => [file, await readFile(file)] as const));
    expect(contents.some(([, content]) => content.includes("acme"))).toBe(true);
    for (const [file, content] of contents) expectNoSecretIn(file, content);
  });
});
