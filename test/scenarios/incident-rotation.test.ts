import { afterAll, beforeAll, expect, it } from "vitest";
import { readManifest } from "../github/app-manifest.ts";
import type { LocalRepository } from "../github/local-repository.ts";
import { assertFaithful } from "../github/testing/faithful.ts";
import { startWorkTree } from "../github/work-tree.ts";
import { runKeyward } from "../support/keyward-cli.ts";
import { json, startProviderStandIn, type ProviderStandIn } from "../support/provider-stand-in.ts";
import { startRepository } from "../support/scenario.ts";
import { startScene, type Scene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { until } from "../support/watch.ts";

let provider: ProviderStandIn;
let scene: Scene;

beforeAll(async () => {
  provider = await startProviderStandIn(["api.github.com"], "credentials");
  const permissions = { ...readManifest().permissions, contents: "write", repository_advisories: "write" } as const;
  scene = await startScene({}, { standIn: provider, permissions });
  const organization = await scene.github.createRepository({ owner: "acme", name: ".github" });
  await using tree = await startWorkTree(organization);
  const text = "providers: { github: { probing: true, revocation: on-approval } }\n";
  await tree.commit({ message: "Allow probing", files: [[".github/keyward.yml", text]] });
  await tree.push("main");
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await provider.close();
});

const line = (token: string): string => `const github = connect("${token}");\n`;
const issuesOf = (repository: LocalRepository) => repository.issues().filter((issue) => issue.pull === null);
const issueThat = (
  repository: LocalRepository,
  what: string,
  fits: (issue: ReturnType<typeof issuesOf>[number]) => boolean,
) => until(what, () => issuesOf(repository).find(fits));

async function leak(token: string, visibility: "private" | "public" = "private", files: [string, string][] = []) {
  const { repository, tree } = await startRepository(scene, visibility);
  repository.setRole("developer", "maintain");
  await tree.commit({ message: "Connect", files: [["src/app.ts", line(token)], ...files] });
  await tree.push("main");
  return repository;
}

it("a leak is closed by the provider's answer: alive inside of the overlap is no failure, dead is the end", async () => {
  const token = newToken();
  const repository = await leak(token);
  const { number } = await issueThat(repository, "the incident", ({ body }) =>
    (body ?? "").includes("How it is rotated"),
  );
  provider.behave(json(200, { id: 1, login: "developer" }));
  repository.comment(number, "/keyward rotated");
  const alive = await issueThat(repository, "the first answer", ({ comments }) =>
    comments.some(({ body }) => body.includes("still alive")),
  );
  expect(alive.state).toBe("open");
  expect(alive.comments.map(({ body }) => body).join("\n")).toMatch(/which it may be until/);
  expect(alive.body).toContain("- [x] Make a new credential");
  expect(alive.body).toContain("- [ ] The old one is dead");
  provider.behave(json(401, { message: "Bad credentials" }));
  repository.comment(number, "/keyward verify");
  const closed = await issueThat(repository, "the end", ({ state }) => state === "closed");
  expect(closed.stateReason).toBe("completed");
  const asked = provider.received();
  expect(asked.map(({ path }) => path)).toEqual(["/user", "/user"]);
  // Of the drill beside this nobody was asked.
  expect(asked.every(({ headers }) => headers.authorization === `Bearer ${token}`)).toBe(true);
  expect(scene.keyward.output()).not.toContain(token);
  await assertFaithful(scene.github);
});

it("a button in the issue revokes the credential, once somebody with the role has pressed it", async () => {
  const token = newToken();
  const repository = await leak(token);
  scene.github.createUser("passer-by");
  repository.setRole("passer-by", "write");
  const box = /^- \[ \] (<!-- keyward:button:revoke -->.*)$/m;
  const { number } = await issueThat(repository, "the button", ({ body }) => box.test(body ?? ""));
  const press = async (login: string): Promise<void> => {
    const { body } = await issueThat(repository, "the empty box", (issue) => box.test(issue.body ?? ""));
    await repository.edit(number, { body: (body ?? "").replace(box, "- [x] $1") }, login);
  };
  let alive = true;
  provider.behave((response, request) => {
    if (request.path === "/credentials/revoke") {
      alive = false;
      response.writeHead(202, { "x-github-request-id": "1", "content-type": "application/json" }).end("{}");
      return;
    }
    const answer = alive ? json(200, { id: 1, login: "developer" }) : json(401, { message: "Bad credentials" });
    answer(response, request);
  });
  await press("passer-by");
  await issueThat(repository, "the refusal", ({ comments }) =>
    comments.some(({ body }) => body.includes("Nothing was revoked: that takes the role maintain.")),
  );
  expect(provider.received().filter(({ path }) => path === "/credentials/revoke")).toEqual([]);
  await press("developer");
  await issueThat(repository, "the end", ({ state }) => state === "closed");
  const asked = provider.received().filter(({ path }) => path === "/credentials/revoke");
  expect(asked.map(({ body }) => JSON.parse(body) as unknown)).toEqual([{ credentials: [token] }]);
  await assertFaithful(scene.github);
});

it("a drill plants, is found, asks no provider, measures, and cleans up", async () => {
  const { repository } = await startRepository(scene);
  repository.setRole("developer", "maintain");
  const { number } = repository.openIssue({ title: "Rehearse" });
  const id = repository.comment(number, "/keyward drill");
  const incident = await issueThat(repository, "the drill's incident", ({ title }) =>
    title.startsWith("Drill, no real leak"),
  );
  expect(await repository.headOf(`keyward-drill/${id}`)).not.toBeNull();
  repository.comment(incident.number, "/keyward contain");
  repository.comment(incident.number, "/keyward rotated");
  const over = await issueThat(
    repository,
    "the report",
    ({ state, comments }) => state === "closed" && comments.some(({ body }) => body.includes("The drill is over")),
  );
  const report = over.comments.find(({ body }) => body.includes("The drill is over"))?.body ?? "";
  expect(report).toMatch(/\| Detected \| \d+ s \|[^]*\| Contained \| \d+ s \|[^]*\| Closed \| \d+ s \|/);
  expect(report).toContain("is gone again");
  expect(await repository.headOf(`keyward-drill/${id}`)).toBeNull();
  await assertFaithful(scene.github);
});

// Keyward stops, the command line has its turn, and Keyward starts again.
const threeStarts = 300_000;

it(
  "a public repository's incident becomes a draft advisory, which an operator works to its end",
  { timeout: threeStarts },
  async () => {
    const repository = await leak(newToken(), "public");
    const advisory = await until("the advisory", () => repository.advisories()[0]);
    expect(advisory.description).toContain("src/app.ts");
    expect(issuesOf(repository)).toEqual([]);
    repository.setRole("developer", "maintain");
    const [, incidentId = ""] = /keyward:incident:(\S+)/.exec(advisory.description) ?? [];
    const said = await scene.whileStopped((dataDir) =>
      runKeyward(dataDir, ["incident", "say", incidentId, "--as", "developer", "attest", "seen", "refused"], {
        env: { ...scene.settings, KEYWARD_DATA_DIR: dataDir },
      }),
    );
    expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining("Done.") });
    const over = await until("the end", () => repository.advisories().find(({ state }) => state === "closed"));
    expect(over.description).toMatch(
      /attests that the old credential is dead: seen refused[^]*- \[x\] The old one is dead/,
    );
    await assertFaithful(scene.github);
  },
);

it("a public repository's incident goes to the private repository that is configured", async () => {
  const { repository: desk } = await startRepository(scene);
  const config = `incidents:\n  private-repository: acme/${desk.name}\n`;
  const open = await leak(newToken(), "public", [[".github/keyward.yml", config]]);
  const filed = await issueThat(desk, "the incident at the desk", ({ body }) => (body ?? "").includes("src/app.ts"));
  expect(filed.body).toContain(`/acme/${open.name}/blob/`);
  expect([...issuesOf(open), ...open.advisories()]).toEqual([]);
  await assertFaithful(scene.github);
});

it("one secret in five repositories is one incident, which tells of the others only how many there are", async () => {
  const token = newToken();
  const push = async (name: string): Promise<LocalRepository> => {
    const repository = await scene.github.createRepository({ owner: "acme", name });
    await using tree = await startWorkTree(repository);
    await tree.commit({ message: "Connect", files: [["src/app.ts", line(token)]] });
    await tree.push("main");
    return repository;
  };
  const first = await push("shared-1");
  await issueThat(first, "the incident", () => true);
  const others = await Promise.all(["shared-2", "shared-3", "shared-4", "shared-5"].map(push));
  const all = await issueThat(first, "all places", ({ body }) =>
    (body ?? "").includes("4 places in 4 other repositories"),
  );
  for (const other of others) {
    expect(all.body).not.toContain(other.name);
    expect(issuesOf(other)).toEqual([]);
  }
  await assertFaithful(scene.github);
});
