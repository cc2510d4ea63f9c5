/**
 * Builds the image from the Dockerfile by buildah and runs it as production should: as the user it names, without any right, on a root
 * file system that is read-only. `/readyz` has to answer, a pushed credential has to turn a check red, SIGTERM has to end it well.
 * Everything is real and on loopback. Exits with 1 if anything is not as it must be.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Command } from "commander";
import { startLocalGithub } from "../github/local-github.ts";
import { endFaithfully } from "../github/testing/faithful.ts";
import { startWorkTree } from "../github/work-tree.ts";
import { newToken } from "../support/tokens.ts";
import { verdictOn } from "../support/watch.ts";
import { createBuildah } from "./buildah.ts";
import { startContainer, type Container } from "./container.ts";
import { makeLocalBases } from "./local-base.ts";

const { base, buildBase } = new Command("npm run test:image --")
  .description(
    "builds the image and runs it as production should; needs root, buildah and runc, and mmdebstrap without bases",
  )
  .option("--base <image>", "what the image stands on: docker-archive:FILE, oci-archive:FILE, or what can be pulled")
  .option("--build-base <image>", "what it is built on, with npm")
  .parse()
  .opts<{ base?: string; buildBase?: string }>();

let problems = 0;
const directory = mkdtempSync(join(tmpdir(), "keyward-image-"));
const buildah = createBuildah(directory);
try {
  const bases =
    base !== undefined && buildBase !== undefined
      ? { base: await buildah.pull(base), buildBase: await buildah.pull(buildBase) }
      : await timed("bases made", () => makeLocalBases(buildah, directory));
  const image = "localhost/keyward";
  const args = { BASE: bases.base, BUILD_BASE: bases.buildBase };
  await timed("image built", () => buildah.build({ tag: image, file: "Dockerfile", context: ".", args }));
  await runImage(image);
} finally {
  await buildah.end();
  rmSync(directory, { recursive: true, force: true });
}
console.log(problems === 0 ? "the image is as it must be" : `${problems} things are not as they must be`);
process.exitCode = problems === 0 ? 0 : 1;

async function runImage(image: string): Promise<void> {
  const config = await buildah.configOf(image);
  const [user = "0", group = "0"] = config.User.split(":");
  expect("its user is not root", Number(user) > 0 && Number(group) > 0, config.User);
  expect("it has a health check", config.Healthcheck !== undefined);
  const github = await startLocalGithub();
  github.createOrganization("acme");
  const port = await freePort();
  const bundle = mkdtempSync(join(directory, "keyward-"));
  const container = startContainer({
    root: await buildah.mount(image),
    image: config,
    directory: bundle,
    env: {
      HOST: "127.0.0.1",
      PORT: String(port),
      APP_ID: String(github.app.id),
      PRIVATE_KEY: github.app.privateKey,
      WEBHOOK_SECRET: github.app.webhookSecret,
      GITHUB_API_URL: github.apiUrl,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    await timed("/readyz answered", () => untilReady(container, `${url}/readyz`));
    await inside(container, user, config.Healthcheck?.Test ?? []);
    github.setWebhook(`${url}/webhooks`);
    const repository = await github.createRepository({ owner: "acme", name: "shop" });
    await using tree = await startWorkTree(repository);
    await tree.commit({ message: "Start", files: [["README.md", "# Shop\n"]] });
    await tree.push("main");
    await tree.git("switch", "--quiet", "--create", "topic");
    const head = await tree.commit({ message: "Connect", files: [["app.ts", `const token = "${newToken()}";\n`]] });
    await tree.push("topic");
    const { conclusion } = await verdictOn(repository, head);
    expect("a pushed credential turns the check red", conclusion === "failure", String(conclusion));
    await github.idle();
    const code = await timed("stopped by SIGTERM", () => container.stop());
    expect("it stops well", code === 0, String(code));
  } catch (error) {
    console.error(container.output());
    throw error;
  } finally {
    await container.kill();
    await endFaithfully(github);
  }
}

/** What it is and may, as seen from inside. */
async function inside(container: Container, user: string, [kind, ...healthCheck]: readonly string[]): Promise<void> {
  const { said: status } = await container.exec("cat", "/proc/1/status");
  const line = (name: string): string => new RegExp(String.raw`^${name}:\s*(.*)$`, "m").exec(status)?.[1] ?? "";
  expect(
    "it runs as that user",
    line("Uid")
      .split("\t")
      .every((one) => one === user),
    line("Uid"),
  );
  expect("it has no capability", /^0+$/.test(line("CapEff")) && /^0+$/.test(line("CapBnd")), line("CapEff"));
  expect("it can get none", line("NoNewPrivs") === "1", line("NoNewPrivs"));
  for (const path of ["/", "/app", "/usr/local/bin", "/etc", "/var"]) {
    const touched = await container.exec("sh", "-c", `touch ${path}/x`);
    expect(
      `${path} cannot be written to`,
      touched.code !== 0 && /Read-only file system/.test(touched.said),
      touched.said,
    );
  }
  const node = await container.exec("node", "--version");
  expect("its Node is the one that was tested", node.said.trim() === process.version, node.said);
  expect("its health check passes", kind === "CMD" && (await container.exec(...healthCheck)).code === 0);
}

async function untilReady(container: Container, url: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (container.exitCode() !== null || Date.now() > deadline) throw new Error("the container did not get ready");
    const ready = await fetch(url).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ready) return;
    await wait(100);
  }
}

function expect(what: string, holds: boolean, found = ""): void {
  console.log(`${holds ? "ok" : "NOT SO"}: ${what}${holds || found === "" ? "" : ` (found: ${found.trim()})`}`);
  if (!holds) problems += 1;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  console.log(`${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("the system gave no free port");
  return address.port;
}
