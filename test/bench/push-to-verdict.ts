/**
 * How long a developer waits: from the webhook of a push (GitHub begins to send it) to the concluded check, on a local GitHub with real
 * git and a Keyward in a process of its own. Beside it stands what a person notices: a second.
 */
import { loadavg } from "node:os";
import { Command } from "commander";
import { startWorkTree } from "../github/work-tree.ts";
import { startScene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { verdictOn, webhookSent } from "../support/watch.ts";

const { pushes } = new Command("npm run bench:push-to-verdict --")
  .description("push to verdict, in milliseconds")
  .option("--pushes <n>", "how many pushes to measure", Number, 10)
  .parse()
  .opts<{ pushes: number }>();

const limitMs = 1000;

await using scene = await startScene();
const repository = await scene.github.createRepository({ owner: "acme", name: "shop" });
await using tree = await startWorkTree(repository);
const base = await tree.commit({ message: "Start", files: [["README.md", "# Shop\n"]] });
await tree.push("main");
await verdictOn(repository, base);

const times: number[] = [];
for (let n = 1; n <= pushes; n += 1) {
  await tree.git("switch", "--quiet", "--create", `topic-${n}`, "main");
  await tree.commit({ message: "Add", files: [["src/github.ts", `const token = "${newToken()}";\n`]] });
  const head = await tree.commit({ message: "Remove", files: [["src/github.ts", "export {};\n"]] });
  const pushed = tree.push(`topic-${n}`);
  const sent = await webhookSent(scene.github, "push", head);
  const run = await verdictOn(repository, head);
  times.push(performance.now() - sent);
  await pushed;
  if (run.conclusion !== "failure") throw new Error(`push ${n} was judged ${run.conclusion}, not failure`);
  await scene.github.idle();
}

const sorted = times.toSorted((a, b) => a - b);
const at = (share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0);
console.table([
  {
    pushes,
    "median ms": at(0.5),
    "p95 ms": at(0.95),
    "slowest ms": at(1),
    "limit ms (median)": limitMs,
    load: loadavg()[0]?.toFixed(1),
  },
]);
