import { gitText } from "../github/git/git.ts";
import type { Narrator } from "./narrator.ts";
import { reportOf, type StoryReport } from "./report.ts";
import type { Scene } from "../support/scene.ts";
import { until, verdictOn, webhookSent } from "../support/watch.ts";

/** The history of a repository on this machine is pushed as it is; every commit of it must be covered. */
export async function tellOwnHistory(
  { github, keyward }: Scene,
  path: string,
  narrator: Narrator,
): Promise<StoryReport> {
  const { say, detail, heading } = narrator;
  const inPlace = (...args: string[]): Promise<string> => gitText(path, ["-c", "safe.directory=*", ...args]);
  const head = await inPlace("rev-parse", "--verify", "HEAD^{commit}");
  if ((await inPlace("rev-parse", "--is-shallow-repository")) === "true") {
    throw new Error(
      `${path} is a shallow clone: its history is not all there. Run \`git fetch --unshallow\` in it first.`,
    );
  }
  const commits = Number(await inPlace("rev-list", "--count", "HEAD"));
  const repository = await github.createRepository({ owner: "acme", name: "own-history" });

  heading(`The history of ${path} is pushed`);
  const pushed = inPlace("push", "--quiet", repository.cloneUrl, `${head}:refs/heads/main`);
  const sentAt = await webhookSent(github, "push", head);
  await pushed;
  say(`${commits} commits are on GitHub.`);
  const run = await verdictOn(repository, head);
  const pushToVerdictMs = performance.now() - sentAt;

  heading("Keyward judges it");
  const report = reportOf({ head, run, pushToVerdictMs, output: keyward.output(), planted: [] });
  const { coverage } = report;
  say(`${run.conclusion} after ${Math.round(pushToVerdictMs)} ms: ${run.title ?? ""}`);
  detail(
    `read: ${coverage.commits} commits, ${coverage.blobs} blobs, ${coverage.bytes} bytes; not read: ${coverage.unread}`,
  );
  for (const { path, line, title } of report.checkRun.annotations) detail(`${path}:${line}  ${title ?? ""}`);
  const problems = [...report.problems];
  if (coverage.commits !== commits) problems.push(`${commits} commits were pushed, ${coverage.commits} were covered`);
  if (run.conclusion === "failure") await until("the incident issue", () => repository.issues().length > 0);
  const [issue] = repository.issues();
  const incident = issue ? { number: issue.number, title: issue.title, state: issue.state, timeline: [] } : null;
  return { ...report, problems, incident, pages: [`${repository.url}/commit/${head}`] };
}
