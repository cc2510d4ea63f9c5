import { fillShape } from "../../src/core/scan/shape/fill-shape.ts";
import type { Issue } from "../github/state.ts";
import { startWorkTree } from "../github/work-tree.ts";
import type { Narrator } from "./narrator.ts";
import { reportOf, type StoryReport } from "./report.ts";
import type { Scene } from "../support/scene.ts";
import { exportIncident } from "../support/incident-export.ts";
import { json, type ProviderStandIn } from "../support/provider-stand-in.ts";
import type { LocalGithub } from "../github/local-github.ts";
import { until, verdictOn, webhookSent } from "../support/watch.ts";

/**
 * A credential is pushed on a branch and removed again in the next commit; the pull request is opened; the owner rotates the
 * credential, and the incident closes when its provider refuses the old one.
 */
export async function tellLeakStory(scene: Scene, provider: ProviderStandIn, narrator: Narrator): Promise<StoryReport> {
  const { github, keyward } = scene;
  const { say, detail, heading } = narrator;
  await allowProbing(github);
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

  heading("The owner rotates it");
  provider.behave(json(401, { message: "Bad credentials" }));
  repository.comment(issue.number, "/keyward rotated");
  say("A comment: /keyward rotated. Keyward reads the old token again from git and asks its provider.");
  const closed = await until("the end of the incident", () => {
    const now = repository.issues().find(({ number }) => number === issue.number);
    return now?.state === "closed" && now.comments.some(({ body }) => body.includes("is dead")) ? now : undefined;
  });
  const [asked] = provider.received();
  say(`The provider's stand-in was asked ${asked?.method} ${asked?.host}${asked?.path} and refused the old token.`);
  say(`Incident #${closed.number} is ${closed.state}.`);
  await until("the check to let the change pass", () =>
    repository.checkRuns(head).some(({ name, conclusion }) => name === "Keyward" && conclusion === "success"),
  );
  say("The check of the pull request says success: the credential opens nothing any more.");
  for (const { body } of closed.comments) detail(body.replace(/<!--.*?-->/g, "").trim());
  const id = /keyward:incident:(\S+) /.exec(closed.body ?? "")?.[1] ?? "";
  const exported = await scene.whileStopped((dataDir) => exportIncident(dataDir, id));
  heading("Its timeline, as keyward incident export gives it");
  for (const { at, says, state } of exported.timeline) detail(`${at.slice(11, 19)}  ${state.padEnd(9)}  ${says}`);
  const { incident, timeline, check } = exported;
  return {
    ...report,
    incident: { number: closed.number, title: closed.title, state: incident.state, timeline },
    problems: [
      ...report.problems,
      ...(incident.state === "closed" ? [] : [`the incident is ${incident.state}, not closed`]),
      ...(check.kind === "holds" ? [] : [`the timeline does not hold: ${check.problem}`]),
      ...(JSON.stringify(exported).includes(token) ? ["the secret is in the export"] : []),
    ],
    pages: [pull.url, `${repository.url}/issues/${issue.number}`],
  };
}

const isIncident = (issue: Issue): boolean => issue.pull === null && (issue.body ?? "").includes("keyward:incident:");

/** What an organization's administrators would do: allow that GitHub is asked about tokens of its own. */
async function allowProbing(github: LocalGithub): Promise<void> {
  const repository = await github.createRepository({ owner: "acme", name: ".github" });
  await using tree = await startWorkTree(repository);
  const text = "providers:\n  github:\n    probing: true\n";
  await tree.commit({ message: "Allow probing", files: [[".github/keyward.yml", text]] });
  await tree.push("main");
  await github.idle();
}
