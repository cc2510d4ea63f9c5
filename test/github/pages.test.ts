import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalGithub, type LocalGithub } from "./local-github.ts";
import type { LocalRepository } from "./local-repository.ts";
import { appClient, installationClient } from "./testing/clients.ts";
import { endFaithfully } from "./testing/faithful.ts";
import { startWorkTree, type WorkTree } from "./work-tree.ts";

let github: LocalGithub;
let repository: LocalRepository;
let tree: WorkTree;
let client: ReturnType<typeof installationClient>;
let head: string;
let pullUrl: string;
const at = { owner: "acme", repo: "shop" };
const hostile = `<script>alert(1)</script> <img src=x onerror=alert(1)> [click](javascript:alert(1))`;

beforeAll(async () => {
  github = await startLocalGithub();
  client = installationClient(github, github.createOrganization("acme").id);
  repository = await github.createRepository({ owner: "acme", name: "shop" });
  tree = await startWorkTree(repository);
  await tree.commit({ message: "one", files: [["a.txt", "a\n"]] });
  await tree.push("main");
  await tree.git("checkout", "-q", "-b", "topic/x");
  const lines = Array.from({ length: 30 }, (_, n) => `line ${n + 1} <b>\n`).join("");
  head = await tree.commit({
    message: `two ${hostile}`,
    files: [
      ["dir/b <i>.txt", lines],
      [Buffer.from([0x63, 0xe9]), "latin\n"],
    ],
  });
  await tree.push("topic/x");
  pullUrl = (await repository.openPullRequest({ head: "topic/x", title: `Two ${hostile}`, body: hostile })).url;
});

afterAll(async () => {
  await endFaithfully(github, tree);
});

async function page(url: string): Promise<string> {
  const reply = await fetch(url);
  expect(reply.status, url).toBe(200);
  const text = await reply.text();
  expect(text, url).not.toMatch(/<script|<img|<i>|<b>|href="javascript:/);
  return text;
}

describe("pages for people", () => {
  test("a pull request shows its checks, with annotations under the lines they are about", async () => {
    await client.rest.checks.create({
      ...at,
      name: "Keyward",
      head_sha: head,
      conclusion: "failure",
      output: {
        title: "One credential",
        summary: `**Found** <!-- marker --> ${hostile}\n\n<details><summary>more</summary>\n\nwithin\n\n</details>\n\n- [ ] rotate`,
        annotations: [
          {
            path: "dir/b <i>.txt",
            start_line: 7,
            end_line: 7,
            annotation_level: "failure",
            title: "Key",
            message: "Look here",
          },
          { path: "gone.txt", start_line: 1, end_line: 1, annotation_level: "warning", message: "Was there" },
        ],
      },
    });
    const text = await page(pullUrl);
    expect(text).toMatch(/badge bad">failure/);
    expect(text).toContain("<strong>Found</strong>");
    expect(text).toContain("<details><summary>more</summary>");
    expect(text).toContain("☐ rotate");
    expect(text).not.toContain("marker");
    expect(text).toMatch(
      /\+line 7 &lt;b&gt;<\/td>\s*<\/tr>\s*<tr>\s*<td class="n"><\/td>\s*<td>\s*<div class="note failure">/,
    );
    expect(text).toContain(`Not in ${head.slice(0, 7)} any more.`);
  });

  test("an issue shows its body, labels, comments and state", async () => {
    const { data } = await client.rest.issues.create({ ...at, title: hostile, body: "1. first", labels: ["keyward"] });
    repository.comment(data.number, hostile);
    expect(await page(data.html_url)).toContain("<li>first</li>");
    await repository.close(data.number);
    const text = await page(data.html_url);
    expect(text).toContain("closed as completed");
    expect(text).toContain("keyward[bot]");
  });

  test("every html_url leads somewhere", async () => {
    const urls = [
      github.url,
      repository.url,
      (await appClient(github).rest.apps.getRepoInstallation(at)).data.html_url,
      (await client.rest.users.getByUsername({ username: "developer" })).data.html_url,
      (await client.rest.users.getByUsername({ username: "keyward[bot]" })).data.html_url,
      (await client.rest.repos.getCommit({ ...at, ref: head })).data.html_url,
      (await client.rest.repos.getBranch({ ...at, branch: "topic/x" })).data._links.html,
      (await client.rest.repos.compareCommitsWithBasehead({ ...at, basehead: "main...topic/x" })).data.html_url,
      (await client.rest.checks.listForRef({ ...at, ref: head })).data.check_runs[0]?.html_url ?? "",
      (await client.rest.pulls.listFiles({ ...at, pull_number: 1 })).data.at(-1)?.blob_url ?? "",
    ];
    for (const url of urls) expect(await page(url)).toContain("</html>");
  });

  test("a file shows its lines with anchors; its name may be any bytes and its branch have slashes", async () => {
    const text = await page(`${repository.url}/blob/topic/x/dir/b%20%3Ci%3E.txt`);
    expect(text).toContain('id="L30"');
    expect(await page(`${repository.url}/blob/${head}/c%E9`)).toContain("latin");
    const raw = await fetch(`${repository.url}/raw/${head}/dir/b%20%3Ci%3E.txt`);
    expect(raw.headers.get("content-type")).toContain("text/plain");
    expect(await raw.text()).toContain("<b>");
  });

  test.each([
    "/acme/none",
    "/acme/shop/pull/99",
    "/acme/shop/commit/none",
    "/acme/shop/blob/main/none",
    "/%E0%A4%A",
    "/acme/shop/tree/%E9",
  ])("%s is not found, or an empty page, never an error", async (path) => {
    expect((await fetch(`${github.url}${path}`)).status).toBeLessThan(500);
  });
});
