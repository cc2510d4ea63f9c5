import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startLocalGithub } from "./local-github.ts";
import { installationClient } from "./testing/clients.ts";
import { endFaithfully } from "./testing/faithful.ts";

test("a request that GitHub's description does not allow fails the test that made it, whatever became of the request", async () => {
  const github = await startLocalGithub();
  const { id } = github.createOrganization("acme");
  await github.createRepository({ owner: "acme", name: "shop" });
  const client = installationClient(github, id);
  const wrong = { owner: "acme", repo: "shop", title: "An issue", colour: "red" };
  await client.request("POST /repos/{owner}/{repo}/issues", wrong);
  await expect(endFaithfully(github)).rejects.toThrow("colour");
});

test("every test that starts a local GitHub asks whether what it was told was in order", () => {
  const root = join(import.meta.dirname, "..");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const texts = files.map((name) => ({ name, text: readFileSync(join(root, name), "utf8") }));
  const starting = texts.filter(({ text }) => /\bawait startLocalGithub\(/.test(text));
  expect(starting.length).toBeGreaterThan(5);
  const careless = starting.filter(({ text }) => !/endFaithfully|assertFaithful|violations/.test(text));
  expect(careless.map(({ name }) => name)).toEqual([]);
});
