import { describe, expect, it } from "vitest";
import { handlingOf } from "../../../src/core/provider/provider.ts";
import { parseRuleFile } from "../../../src/core/scan/rules/rule-file.ts";
import { describeProblem, type RuleProblem } from "../../../src/core/scan/rules/rule-problem.ts";

const rule = (id: string): string => `[[rules]]
id = "${id}"
description = "Acme key"
severity = "high"
confidence = "strong"
regex = '''acme_[a-z]{8}'''
examples = ["a", "b"]
nearMisses = ["c", "d"]
`;
const head = `provider = "Acme"\ndocs = "https://docs.acme.example/keys"\n${rule("acme-key")}${rule("acme-webhook")}`;

const probe = `
[probe]
rules = ["acme-key"]
request = { url = "https://api.acme.example/me", headers = { Authorization = "Bearer {secret}" } }
live = [{ status = 200, has = ["id"] }]
revoked = [{ status = 401, json = { error = "invalid_token" } }]
docs = "https://docs.acme.example/errors"
`;

function read(tables: string) {
  const problems: RuleProblem[] = [];
  const { about, definitions } = parseRuleFile(head + tables, "acme.toml", problems);
  const provider = { ...about, slug: "acme", name: about.provider, ruleIds: definitions.map(({ table }) => table.id) };
  return { provider, problems: problems.map(describeProblem) };
}

describe("what a provider's file says about its credentials", () => {
  it("is read, one table or several, each for its rules", () => {
    const { provider, problems } = read(`${probe}
[[playbook]]
issue = ["Make one."]
revoke = ["Delete it."]
reach = ["All."]
overlap = "possible"
links = [{ title = "Keys", url = "https://docs.acme.example/keys" }]

[[playbook]]
rules = ["acme-webhook"]
issue = ["Make another."]
revoke = ["Delete it."]
reach = ["A channel."]
overlap = "possible"
links = [{ title = "Webhooks", url = "https://docs.acme.example/webhooks" }]
`);
    expect(problems).toEqual([]);
    const key = handlingOf(provider, "acme-key");
    const webhook = handlingOf(provider, "acme-webhook");
    expect(key.playbook.issue).toEqual(["Make one."]);
    expect(webhook.playbook.issue).toEqual(["Make another."]);
    expect(key.probe).toMatchObject({ live: [{ status: 200 }] });
    expect(webhook.probe).toBeNull();
  });

  it("is a generic playbook for the kind of credential where the file has none", () => {
    const { provider } = read("");
    const key = handlingOf(provider, "acme-key");
    const webhook = handlingOf(provider, "acme-webhook");
    expect(key.hasOwnPlaybook).toBe(false);
    expect(key.playbook.issue[0]).toContain("Sign in to Acme");
    expect(key.playbook.links).toEqual([{ title: "Acme: documentation", url: "https://docs.acme.example/keys" }]);
    expect(webhook.playbook.revoke[0]).toContain("webhook in Acme");
  });

  it.each([
    ["a misspelt key", probe.replace("revoked", "revokd"), 'unknown key "revokd"; did you mean "revoked"?'],
    ["a probe that nothing revokes", probe.replace(/revoked.*\n/, ""), "revoked: Invalid input: expected array"],
    [
      "a rule of nobody",
      probe.replace("acme-key", "acme-kye"),
      'there is no rule "acme-kye" in this file; did you mean "acme-key"?',
    ],
    ["http", probe.replace("https://api", "http://api"), "an https address"],
    ["a host that the credential chooses", probe.replace("api.acme.example", "{secret}.example"), "an https address"],
    ["an address for a host", probe.replace("api.acme.example", "127.0.0.1"), "an https address"],
    ["a port", probe.replace("api.acme.example", "api.acme.example:8080"), "an https address"],
    ["a user", probe.replace("api.acme.example", "me@api.acme.example"), "an https address"],
    ["a test by status alone", probe.replace(', has = ["id"]', ""), "a status alone proves nothing"],
    ["an unknown special probe", '[probe]\nspecial = "dns"\ndocs = "https://a.example"\n', "special"],
  ])("refuses %s", (_what, tables, message) => {
    const { provider, problems } = read(tables);
    expect(problems.join("\n")).toContain(message);
    expect(provider.probes).toEqual([]);
  });
});
