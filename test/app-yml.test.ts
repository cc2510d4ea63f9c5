import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { isMap, isSeq, parse, parseDocument, type Document, type Node } from "yaml";
import * as z from "zod";
import { handlers } from "../src/app/webhooks/handlers.ts";

// Required, not imported: the package's types promise a default export that its JSON does not have.
const require = createRequire(import.meta.url);
const examples = z.array(z.object({ name: z.string() })).parse(require("@octokit/webhooks-examples"));

const text = readFileSync(new URL("../app.yml", import.meta.url), "utf8");
const manifest = z
  .strictObject({
    name: z.string().max(34),
    description: z.string(),
    url: z.url(),
    public: z.literal(false),
    hook_attributes: z.strictObject({ url: z.url({ protocol: /^https$/ }), active: z.literal(true) }),
    default_permissions: z.record(z.string(), z.enum(["read", "write"])),
    default_events: z.array(z.string()),
  })
  .parse(parse(text));

/** The permission each event asks for, as GitHub's page "Webhook events and payloads" gives it. */
const permissionOfEvent: Readonly<Record<string, string>> = {
  push: "contents",
  pull_request: "pull_requests",
  merge_group: "merge_queues",
  issues: "issues",
  issue_comment: "issues",
  pull_request_review: "pull_requests",
  pull_request_review_comment: "pull_requests",
  gollum: "contents",
  release: "contents",
  public: "metadata",
  repository: "metadata",
  check_run: "checks",
  check_suite: "checks",
  branch_protection_rule: "administration",
  branch_protection_configuration: "administration",
  repository_ruleset: "administration",
  security_and_analysis: "administration",
  member: "members",
  deploy_key: "deployments",
};

/** Events GitHub documents that the collection of examples has no payload of. */
const eventsWithoutExample = ["branch_protection_configuration", "repository_ruleset", "security_and_analysis"];

describe("app.yml", () => {
  it("names only events that GitHub has, each once", () => {
    const known = new Set([...examples.map(({ name }) => name), ...eventsWithoutExample]);
    expect(manifest.default_events.filter((event) => !known.has(event))).toEqual([]);
    expect(new Set(manifest.default_events).size).toBe(manifest.default_events.length);
  });

  it("asks for the permission of every event, or GitHub would refuse the app", () => {
    const missing = manifest.default_events.filter((event) => {
      const permission = permissionOfEvent[event];
      return permission === undefined || !(permission in manifest.default_permissions);
    });
    expect(missing).toEqual([]);
  });

  it("subscribes to every event that a handler listens to, but for those that come unasked", () => {
    const heard = handlers.flatMap(({ events }) => events.map((event) => event.split(".")[0] ?? event));
    const unasked = ["installation", "installation_repositories"];
    expect(heard.filter((event) => ![...unasked, ...manifest.default_events].includes(event))).toEqual([]);
    expect(manifest.default_events.filter((event) => unasked.includes(event))).toEqual([]);
  });

  it("writes nothing but checks and issues", () => {
    const written = Object.entries(manifest.default_permissions).filter(([, access]) => access === "write");
    expect(written.map(([permission]) => permission).toSorted()).toEqual(["checks", "issues"]);
  });

  it("says beside every permission and every event what needs it", () => {
    const document = parseDocument(text, { keepSourceTokens: true });
    expect(uncommented(document, "default_permissions")).toEqual([]);
    expect(uncommented(document, "default_events")).toEqual([]);
  });
});

/** The entries of a block of the manifest that have no comment at the end of their line. */
function uncommented(document: Document, key: string): string[] {
  const block: unknown = document.get(key, true);
  const nodes: Node[] = isMap(block)
    ? block.items.map((pair) => pair.value as Node)
    : isSeq(block)
      ? block.items.map((item) => item as Node)
      : [];
  expect(nodes.length).toBeGreaterThan(5);
  return nodes.filter((node) => !node.comment?.trim()).map(String);
}
