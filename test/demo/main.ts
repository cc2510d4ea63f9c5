import { once } from "node:events";
import { resolve } from "node:path";
import { Command } from "commander";
import { tellLeakStory } from "./leak-story.ts";
import { createNarrator, type Narrator } from "./narrator.ts";
import { tellOwnHistory } from "./own-history-story.ts";
import type { StoryReport } from "./report.ts";
import { startProviderStandIn } from "../support/provider-stand-in.ts";
import { startScene, type Scene } from "../support/scene.ts";

type Options = { readonly repo?: string; readonly json?: true; readonly keep?: true };

const program = new Command("npm run demo --")
  .description(
    "Keyward's main job on this machine: a pushed credential is seen, the merge is blocked, an incident is filed, and followed until the old key is dead.",
  )
  .option("--repo <path>", "push the history of a repository on this machine instead of the story's own")
  .option("--json", "print one JSON object at the end (the story goes to standard error)")
  .option("--keep", "leave everything running, to look at with a browser, until Ctrl-C")
  .parse();

const options = program.opts<Options>();
const narrator = createNarrator(options.json === true);
const standIn = await startProviderStandIn(["api.github.com"]);
const scene = await startScene({}, { standIn });
narrator.say(
  "A local GitHub is running: real git over HTTP, REST checked against GitHub's own description, signed webhooks.",
);
narrator.detail(scene.github.url);
narrator.say(
  "Keyward is running in a process of its own, with an embedded database, and is installed on the organization acme.",
);
narrator.detail(scene.keyward.url);
try {
  const report = await tell(scene, narrator, options);
  const violations = scene.github.violations.map(({ message }) => `GitHub would not have accepted: ${message}`);
  const problems = [...report.problems, ...violations];
  if (options.keep) await keepRunning(scene, report, narrator);
  narrator.heading(problems.length === 0 ? "The story held." : "The story did not hold:");
  for (const problem of problems) narrator.say(problem);
  if (options.json) process.stdout.write(`${JSON.stringify({ ...report, problems }, null, 2)}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  narrator.heading("The story did not hold:");
  narrator.say(error instanceof Error ? error.message : String(error));
  narrator.detail(`Keyward's log:\n${scene.keyward.output()}`);
  process.exitCode = 1;
} finally {
  await scene[Symbol.asyncDispose]();
  await standIn.close();
}

function tell(scene: Scene, narrator: Narrator, { repo }: Options): Promise<StoryReport> {
  // npm runs scripts in the package's folder; INIT_CWD is where the person stands.
  if (repo !== undefined) return tellOwnHistory(scene, resolve(process.env["INIT_CWD"] ?? ".", repo), narrator);
  return tellLeakStory(scene, standIn, narrator);
}

async function keepRunning({ github }: Scene, { pages }: StoryReport, { heading, say }: Narrator): Promise<void> {
  heading("Everything keeps running until Ctrl-C. Look at");
  for (const page of [github.url, ...pages]) say(page);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
}
