import { fillShape } from "../../src/core/scan/shape/fill-shape.ts";
import type { Issue } from "../github/state.ts";
import { startWorkTree } from "../github/work-tree.ts";
import type { Narrator } from "./narrator.ts";
import { reportOf, type StoryReport } from "./report.ts";
import type { Scene } from "../support/scene.ts";
import { until, verdictOn, webhookSent } from "../support/watch.ts";

/** A credential is pushed on a branch and removed again in the next commit; then the pull request is opened. */
export async function tellLeakStory({ github, keyward }: Scene, narrator: Narrator): Promise<StoryReport> {
  const { say, detail, heading } = narrator;
  const repository = await github.createRepository({ owner: "acme", name: "shop" });
  await using tree = await startWorkTree(repository);
  await tree.commit({ message: "Start the shop", files: [["README.md", "# Shop\n"]] });
  await tree.push("main");
  await github.idle();

  heading("A developer pushes a branch");
  const token = fillShape("{github-token:ghp_}", Date.now());
  await tree.git("switch", "--quiet", "--create", "checkout");
  const code = (value: string): string =>
    `import { Octokit } from "octokit";\n\nconst github = new Octokit({ auth: ${value} });\n`;
  await tree.commit({ message: "Talk to GitHub", files: [["src/github.ts", code(`"${token}"`)]] });
  const head = await tree.commit({
    message: "Read the token from the environment",
    files: [["src/github.ts", code("process.env.TOKEN")]],
  });
  say("Two commits: the first adds a GitHub token, the second takes it out again. The branch looks clean at its end.");
  const pushed = tree.push("checkout");
  const sentAt = await webhookSent(github, "push", head);
  say("GitHub has taken the push and sends the webhook, signed.");
  const run = await verdictOn(repository, head);
  const pushToVerdictMs = performance.now() - sentAt;
  await pushed;

  heading("Keyward judges it");
  const report = reportOf({ head, run, pushToVerdictMs, output: keyward.output(), planted: [token] });
  say(`The verdict is there ${Math.round(pushToVerdictMs)} ms after the webhook was sent: ${run.conclusion}.`);
  const { commits, blobs, bytes, unread } = report.coverage;
  detail(`read: ${commits} commits, ${blobs} blobs, ${bytes} bytes; not read: ${unread}`);
  detail(`check: ${run.title ?? ""}`);
  for (const { path, line, title, message } of report.checkRun.annotations) {
    say(`${path}:${line}  ${title ?? ""}`);
    for (const text of message.split("\n")) detail(text);
  }

  heading("The pull request is opened");
  const pull = await repository.openPullRequest({ head: "checkout", title: "Talk to GitHub" });
  await github.idle();
  const merge = await verdictOn(repository, head);
  say(`The check on the pull request says ${merge.conclusion}: a branch that requires it cannot be merged into.`);
  detail(pull.url);
  const issue = await until("the incident issue", () => repository.issues().find(isIncident));
  say(`Incident #${issue.number}: ${issue.title}`);
  detail(`${repository.url}/issues/${issue.number}`);
  return {
    ...report,
    incident: { number: issue.number, title: issue.title, state: issue.state },
    pages: [pull.url, `${repository.url}/issues/${issue.number}`],
  };
}

const isIncident = (issue: Issue): boolean => issue.pull === null && (issue.body ?? "").includes("keyward:incident:");
