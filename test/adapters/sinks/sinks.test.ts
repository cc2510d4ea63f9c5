import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProviderClient } from "../../../src/adapters/providers/provider-client.ts";
import { parseSinkDefinitions } from "../../../src/adapters/sinks/sink-definitions.ts";
import { createSinks } from "../../../src/adapters/sinks/sinks.ts";
import type { Happening } from "../../../src/core/export/happening.ts";
import { exportedEvent, type ExportedEvent } from "../../../src/core/export/exported-event.ts";
import type { Incident } from "../../../src/core/incident/incident.ts";
import { openIncident } from "../../../src/core/incident/incident.ts";
import type { RecordedEvent } from "../../../src/core/incident/timeline.ts";
import { aFinding, aRepo, aSha } from "../../support/builders.ts";
import { content, json, startProviderStandIn, type ProviderStandIn } from "../../support/provider-stand-in.ts";

const signingSecret = "a-secret-of-the-tests-alone";
const definitions = parseSinkDefinitions(
  `[[sinks]]
name = "siem"
kind = "splunk"
url = "https://splunk.acme.example:8088/"
token = "token-of-splunk"
index = "security"
format = "ocsf"

[[sinks]]
name = "logs"
kind = "datadog"
site = "datadoghq.eu"
apiKey = "key-of-datadog"

[[sinks]]
name = "channel"
kind = "slack"
url = "https://hooks.slack.com/services/of/the/tests"

[[sinks]]
name = "own"
kind = "webhook"
url = "https://events.acme.example/keyward"
secret = "${signingSecret}"
drills = true

[[sinks]]
name = "of-others"
kind = "webhook"
url = "https://events.acme.example/others"
secret = "${signingSecret}"
installations = [4711]
events = ["opened"]
`,
  "sinks.toml",
);

const at = new Date("2026-06-01T12:00:00.000Z");
const never = new AbortController().signal;
let standIn: ProviderStandIn;
beforeAll(async () => {
  standIn = await startProviderStandIn([
    "splunk.acme.example",
    "http-intake.logs.datadoghq.eu",
    "hooks.slack.com",
    "events.acme.example",
  ]);
});
afterAll(() => standIn.close());

const sinks = () =>
  createSinks(definitions, createProviderClient(standIn.route, { milliseconds: 1000, bytes: 1000 }), () => at);
const sink = (name: string) => {
  const found = sinks().find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no sink ${name}`);
  return found;
};

const place = { repoId: 1, commit: aSha("c"), blob: aSha("b"), path: "src/pay.ts", line: 3, seenAt: at.toISOString() };
const incident = openIncident({
  id: "i-1",
  home: aRepo({ owner: "acme", name: "shop" }),
  finding: aFinding({ title: "Key of <!channel> & Co" }),
  occurrences: [{ kind: "code", ...place }],
});
function event(recorded: RecordedEvent = { kind: "opened", drill: null }, of: Incident = incident): ExportedEvent {
  const entry = { seq: 3, at: at.toISOString(), event: recorded, state: of.state, source: null, hash: "" };
  return exportedEvent(of, entry, "https://github.com/acme/shop/issues/7");
}

async function told(name: string, one = event()) {
  standIn.received();
  standIn.behave(json(200, {}));
  await sink(name).tell(one, never);
  const [request] = standIn.received();
  if (request === undefined) throw new Error("nothing was sent");
  return { ...request, json: JSON.parse(request.body) as unknown };
}

describe("what happens is told", () => {
  it("to Splunk's event collector, as OCSF", async () => {
    const { path, headers, json } = await told("siem");
    expect(path).toBe("/services/collector/event");
    expect(headers.authorization).toBe("Splunk token-of-splunk");
    expect(json).toMatchObject({
      time: at.getTime() / 1000,
      index: "security",
      sourcetype: "keyward:ocsf",
      event: {
        class_uid: 2004,
        activity_id: 1,
        type_uid: 200_401,
        status_id: 1,
        finding_info: { uid: "i-1", src_url: "https://github.com/acme/shop/issues/7" },
        metadata: { uid: "i-1:3" },
        resources: [{ type: "Repository", name: "acme/shop" }],
      },
    });
  });

  it("to Datadog's logs, as ECS", async () => {
    const { host, path, headers, json } = await told(
      "logs",
      event({ kind: "reopened", by: { kind: "person", login: "ada" }, reason: "again" }),
    );
    expect([host, path]).toEqual(["http-intake.logs.datadoghq.eu", "/api/v2/logs"]);
    expect(headers["dd-api-key"]).toBe("key-of-datadog");
    expect(json).toMatchObject([
      {
        ddsource: "keyward",
        "@timestamp": at.toISOString(),
        event: { id: "i-1:3", kind: "alert", action: "reopened", dataset: "keyward.incident" },
        rule: { id: incident.ruleId },
        user: { name: "ada" },
        keyward: { repository: "acme/shop", incident: { id: "i-1", mask: incident.mask } },
      },
    ]);
  });

  it("to a channel of Slack, where nobody can be called by what others wrote", async () => {
    const { json } = await told("channel");
    const { text } = json as { text: string };
    expect(text).toContain("Key of &lt;!channel&gt; &amp; Co in acme/shop");
    expect(text).toContain("<https://github.com/acme/shop/issues/7|Open>");
  });

  it("to a webhook, signed", async () => {
    const { body, headers } = await told("own");
    expect(headers["x-keyward-delivery"]).toBe("i-1:3");
    expect(headers["x-keyward-signature-256"]).toBe(
      `sha256=${createHmac("sha256", signingSecret)
        .update(`${at.getTime() / 1000}.${body}`)
        .digest("hex")}`,
    );
  });
});

describe("an anomaly is told with its evidence", () => {
  const evidence = { country: "KP", program: "git/2.47.1", reads: 2, isNewActor: true };
  const anomaly: Happening = {
    id: "anomaly:clone-after-leak:i-1",
    installationId: 7,
    at: at.toISOString(),
    kind: "anomaly",
    action: "clone-after-leak",
    severity: "high",
    message: "mallory read acme/<shop>",
    repoId: 42,
    repository: "acme/shop",
    person: "mallory",
    drill: false,
    evidence,
  };
  const toldTo = async (name: string, happening = anomaly) => {
    standIn.received();
    standIn.behave(json(200, {}));
    expect(sink(name).wantsHappening(happening)).toBe(true);
    expect(await sink(name).tellHappening(happening, never)).toBe("taken");
    const [request] = standIn.received();
    return { headers: request?.headers, json: JSON.parse(request?.body ?? "null") as unknown };
  };

  const ecs = {
    "@timestamp": at.toISOString(),
    message: anomaly.message,
    event: { id: anomaly.id, kind: "alert", category: ["threat"], action: "anomaly-clone-after-leak" },
    user: { name: "mallory" },
    source: { geo: { country_iso_code: "KP" } },
    user_agent: { original: "git/2.47.1" },
    keyward: { repository: "acme/shop", repository_id: 42, evidence },
  };

  it("to Splunk, as OCSF", async () => {
    expect((await toldTo("siem")).json).toMatchObject({
      event: {
        class_uid: 2004,
        severity_id: 4,
        metadata: { uid: anomaly.id, profiles: ["host"] },
        actor: { user: { name: "mallory" } },
        resources: [{ uid: "42", name: "acme/shop" }],
        evidences: [
          {
            data: evidence,
            actor: { user: { name: "mallory" } },
            src_endpoint: { location: { country: "KP" } },
          },
        ],
      },
    });
  });

  it("and what is worse than before to Splunk, with what OCSF requires of compliance", async () => {
    const worse = { claim: "reviews-required", from: "pass", to: "fail" };
    const posture: Happening = { ...anomaly, kind: "posture", action: "worse", person: null, evidence: worse };
    // https://schema.ocsf.io/1.4.0/objects/compliance
    expect((await toldTo("siem", posture)).json).toMatchObject({
      event: {
        class_uid: 2003,
        type_uid: 200_302,
        metadata: { version: "1.4.0" },
        compliance: {
          standards: ["Checklist for Secure API Key Management"],
          control: "reviews-required",
          status_id: 3,
        },
      },
    });
  });

  it("to Datadog and a signed webhook, as ECS", async () => {
    expect((await toldTo("logs")).json).toMatchObject([ecs]);
    const { headers, json } = await toldTo("own");
    expect(json).toMatchObject(ecs);
    expect(headers?.["x-keyward-delivery"]).toBe(anomaly.id);
  });

  it("to Slack, which is not told of what is unknown", async () => {
    expect((await toldTo("channel")).json).toEqual({ text: "mallory read acme/&lt;shop&gt; (high)" });
    const unknown = { ...anomaly, kind: "unknown" } as const;
    expect(sink("channel").wantsHappening(unknown)).toBe(false);
    expect(sink("own").wantsHappening(unknown)).toBe(true);
  });

  it("again where it was refused", async () => {
    for (const status of [400, 413, 422]) {
      standIn.behave(json(status, {}));
      expect(await sink("own").tellHappening(anomaly, never)).toBe("refused");
    }
  });
});

describe("a sink", () => {
  it.each([
    ["an error", json(503, {}), "answered 503"],
    ["a refusal", content(403, "Invalid token"), "answered 403"],
    ["a redirect", content(302, ""), "answered 302"],
    ["silence", () => undefined, "was not reached: it did not answer in time"],
  ] as const)("has not taken an event that it answers with %s", async (_what, behavior, message) => {
    standIn.behave(behavior);
    await expect(sink("own").tell(event(), never)).rejects.toThrow(message);
  });

  it("is told what it wants, of whom it is for", () => {
    const drilled: Incident = { ...incident, drill: { id: "d", branch: "b" } };
    const filed: RecordedEvent = { kind: "filingLost" };
    const wanted = (one: ExportedEvent) =>
      sinks()
        .filter((sink) => sink.wants(one))
        .map(({ name }) => name);
    expect(wanted(event())).toEqual(["siem", "logs", "channel", "own"]);
    expect(wanted(event(filed))).toEqual(["siem", "logs", "own"]);
    expect(wanted(event(undefined, drilled))).toEqual(["own"]);
    expect(wanted(event(undefined, { ...incident, installationId: 4711 }))).toContain("of-others");
  });

  it("that is set up in a way that cannot be is refused, without a word of it", () => {
    const parse = (text: string) => () => parseSinkDefinitions(text, "sinks.toml");
    expect(parse('[[sinks]]\nname = "a"\nkind = "fax"')).toThrow("sinks.0.kind");
    expect(parse("[[sinks]\nsecret = hidden")).toThrow("not valid TOML (line 1");
    expect(parse("[[sinks]\nsecret = hidden")).not.toThrow("hidden");
    expect(
      parse(`[[sinks]]\nname = "a"\nkind = "webhook"\nurl = "http://a.example"\nsecret = "${signingSecret}"`),
    ).toThrow("sinks.0.url");
  });
});
