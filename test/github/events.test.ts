import { afterEach, beforeEach, expect, test } from "vitest";
import { startLocalGithub, type LocalGithub } from "./local-github.ts";
import { webhookSchemas } from "./openapi/description.ts";
import { installationClient } from "./testing/clients.ts";
import { endFaithfully } from "./testing/faithful.ts";
import { startWebhookReceiver, type WebhookReceiver } from "./testing/webhook-receiver.ts";
import { startWorkTree } from "./work-tree.ts";

let github: LocalGithub;
let receiver: WebhookReceiver;

beforeEach(async () => {
  [github, receiver] = await Promise.all([startLocalGithub(), startWebhookReceiver()]);
  github.setWebhook(receiver.url);
});

afterEach(async () => {
  await endFaithfully(github, receiver);
});

/** `check_run.created` as the description names it: `check-run-created`. */
const sentNames = (): string[] =>
  github.deliveries.map(({ event, action }) =>
    [event, ...(action === null ? [] : [action])].join("-").replaceAll("_", "-"),
  );

test("everything that can happen sends its event, in the shape GitHub describes", async () => {
  const at = { owner: "acme", repo: "shop" };
  const installation = github.createOrganization("acme");
  const repository = await github.createRepository({ owner: "acme", name: "shop" });
  const { rest } = installationClient(github, installation.id);
  github.ping();

  await using tree = await startWorkTree(repository);
  await tree.commit({ message: "one", files: [["a", "1"]] });
  await tree.push("main");
  await tree.git("checkout", "-q", "-b", "topic");
  await tree.commit({ message: "two", files: [["a", "2"]] });
  await tree.push("topic");
  const pull = await repository.openPullRequest({ head: "topic", title: "Two" });
  const head = await tree.commit({ message: "three", files: [["a", "3"]] });
  await tree.push("topic");
  await github.idle();
  await repository.edit(pull.number, { title: "Two and three", body: "Both" });
  await repository.close(pull.number);
  await repository.reopen(pull.number);
  await repository.enterMergeQueue(pull.number);

  const actions = [{ label: "Not a secret", description: "It is a test value", identifier: "false-positive" }];
  const run = await rest.checks.create({ ...at, name: "Keyward", head_sha: head, conclusion: "failure", actions });
  repository.rerequestCheckRun(run.data.id);
  await repository.rerequestCheckSuite(run.data.check_suite?.id ?? 0);
  repository.pressCheckRunAction(run.data.id, "false-positive");
  expect(() => repository.pressCheckRunAction(run.data.id, "other")).toThrow(/it has: false-positive/);

  const issue = await rest.issues.create({ ...at, title: "Key", labels: ["keyward"] });
  await repository.edit(issue.data.number, { title: "A key", body: "found" });
  await rest.issues.removeLabel({ ...at, issue_number: issue.data.number, name: "keyward" });
  await repository.close(issue.data.number);
  await repository.reopen(issue.data.number);
  const comment = repository.comment(issue.data.number, "/keyward done");
  await rest.issues.updateComment({ ...at, comment_id: comment, body: "/keyward rotated" });
  await rest.issues.deleteComment({ ...at, comment_id: comment });

  const review = repository.review(pull.number, "Fine");
  repository.editReview(pull.number, review, "Fine by me");
  const remark = repository.commentOnLine(pull.number, { path: "a", line: 1, body: "Why?" });
  repository.editLineComment(pull.number, remark, "Why three?");
  const release = repository.publishRelease({ tag: "v1", body: "First" });
  repository.editRelease(release, { name: "One" });
  await repository.editWiki("Home.md", "Hello");

  repository.saveRuleset({ name: "Keyward" });
  repository.saveRuleset({ name: "Keyward", enforcement: "evaluate" });
  repository.deleteRuleset("Keyward");

  repository.rename("store");
  repository.setArchived(true);
  repository.setArchived(false);
  repository.setVisibility("public");
  repository.setVisibility("private");
  github.suspend(installation);
  github.unsuspend(installation);
  repository.delete();
  github.uninstall(installation);
  await github.idle();

  expect([...new Set(sentNames())].toSorted()).toEqual(Object.keys(webhookSchemas).toSorted());
});

test("an app gets only the events it is subscribed to, from where it is installed", async () => {
  const other = await startLocalGithub({ events: ["issues"] });
  other.setWebhook(receiver.url);
  other.createOrganization("acme");
  other.createUser("alone");
  const repository = await other.createRepository({ owner: "acme", name: "shop" });
  const personal = await other.createRepository({ owner: "alone", name: "notes" });
  const { number } = repository.openIssue({ title: "One" });
  repository.comment(number, "two");
  personal.openIssue({ title: "Three" });
  await other.idle();
  expect(other.deliveries.map(({ event, action }) => `${event} ${action}`)).toEqual([
    "installation created",
    "installation_repositories added",
    "issues opened",
  ]);
  await other.stop();
});

test("a change that changes nothing sends nothing", async () => {
  github.createOrganization("acme");
  const repository = await github.createRepository({ owner: "acme", name: "shop" });
  const { number } = repository.openIssue({ title: "One", body: "b" });
  await github.idle();
  const before = github.deliveries.length;
  await repository.edit(number, { title: "One", body: "b" });
  await repository.reopen(number);
  await github.idle();
  expect(github.deliveries).toHaveLength(before);
});
