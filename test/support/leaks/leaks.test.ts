import { deepEqual } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { startLocalGithub } from "../../github/local-github.ts";
import { endFaithfully } from "../../github/testing/faithful.ts";
import { installationClient } from "../../github/testing/clients.ts";
import { startWorkTree } from "../../github/work-tree.ts";
import { forEachDatabase } from "../databases.ts";
import { runKeyward, testDirectory } from "../keyward-cli.ts";
import { localServer } from "../local-server.ts";
import { startScene } from "../scene.ts";
import { newToken } from "../tokens.ts";
import { expectNoLeaks, lookAtTheEnd, takeLeaks } from "./leaks.ts";
import { keepRowsReadable, lookForLeaksInRows } from "./rows.ts";

/** Made from a shape, as everywhere: nothing here says that it is to be looked for. */
const token = newToken();
/** Where it was found, without the places. */
const where = (): readonly string[] => [...new Set(takeLeaks().map((leak) => leak.replace(/( \/|[:,] ).*/, "")))];

describe("whoever plants a leak, it is found", () => {
  it("in what a server logs, keeps, shows and tells of itself", async () => {
    const leak = new URL("leaky-server.child.ts", import.meta.url).href;
    const scene = await startScene({ NODE_OPTIONS: `--import=${leak}`, LEAK: token });
    await scene.keyward.stop({ keepData: true });
    expect(where()).toEqual(["a trace", "the metrics of a server", "the log of a server"]);
    await scene[Symbol.asyncDispose]();
    expect(where()).toContain("the data directory of a server");
  });

  it("in what the app asks of GitHub, and pushes there", async () => {
    const github = await startLocalGithub({ permissions: { metadata: "read", contents: "write", issues: "write" } });
    const { id } = github.createOrganization("acme");
    const repository = await github.createRepository({ owner: "acme", name: "shop" });
    await using tree = await startWorkTree(repository);
    const authentication = await installationClient(github, id).auth({ type: "installation" });
    const { token: ours } = authentication as { readonly token: string };
    await tree.commit({ message: "a", files: [["a", "a\n"]] });
    await tree.git(
      "remote",
      "set-url",
      "origin",
      repository.cloneUrl.replace(/\/\/([^/@]*@)?/, `//x-access-token:${ours}@`),
    );
    await tree.commit({ message: "b", files: [["a", `${token}\n`]] });
    await tree.push("main");
    const path = "POST /repos/{owner}/{repo}/issues";
    await installationClient(github, id).request(path, { owner: "acme", repo: "shop", title: `It is ${token}` });
    await endFaithfully(github);
    expect(where()).toEqual(["a request to GitHub", "what the app pushed"]);
  });

  it("in a request to others, in what a command says, and in the files that it writes", async () => {
    const { url } = await localServer(() => ({ status: 200 }));
    await fetch(url, { method: "POST", body: Buffer.from(`{"a":"${token}"}`).toString("base64") });
    expect(where()).toEqual(["a request to a server of others"]);
    const directory = testDirectory();
    writeFileSync(join(directory, "input.txt"), token);
    await runKeyward(directory, ["scan", "input.txt"]);
    expect(where()).toEqual([]);
    const leak = new URL("leaky-server.child.ts", import.meta.url).href;
    await runKeyward(directory, ["scan", "input.txt"], { env: { NODE_OPTIONS: `--import=${leak}`, LEAK: token } });
    expect(where()).toEqual(["what `keyward scan` said", "the file"]);
  });
});

forEachDatabase((get) => {
  const long = JSON.stringify({ text: "very much of the same ".repeat(200), token });
  beforeAll(async () => {
    const { pool } = get().database;
    // What a row had stays in the write-ahead log of the database, whose files are looked through when all is done.
    const gone = get().options.directory === "" ? ["the log of a database server"] : ["an embedded database"];
    lookAtTheEnd(() => deepEqual(where(), gone));
    await pool.query("create table leaky (id int, value jsonb)");
    await keepRowsReadable(pool);
    await pool.query("insert into leaky values (1, $1)", [long]);
  });

  it("in a row, however long", async () => {
    await lookForLeaksInRows(get().database.pool);
    expect(where()).toEqual(["the rows of public.leaky"]);
  });

  it("and a file with a leak in it fails as a whole, once", async () => {
    await lookForLeaksInRows(get().database.pool);
    await get().database.pool.query("drop table leaky");
    expect(expectNoLeaks).toThrow("the rows of public.leaky");
  });
});
