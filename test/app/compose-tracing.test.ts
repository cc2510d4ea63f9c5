import { expect, it, onTestFinished } from "vitest";
import { composeTracing } from "../../src/app/compose-tracing.ts";
import { localServer } from "../support/local-server.ts";

type Span = {
  readonly name: string;
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly spanId: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code: number; readonly message?: string };
};
type Sent = {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
};

it("a webhook and what is done about it are one trace, of names and ids alone, sent by OTLP where it is configured", async () => {
  const collector = await localServer(() => ({ status: 200, json: {} }));
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.url;
  onTestFinished(() => void delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"]);
  const tracing = composeTracing(process.env);
  const guid = "11111111-2222-3333-4444-555555555555";
  const payload = new TextEncoder().encode("what people wrote");
  const delivery = { guid, event: "push", installationId: 7, receivedAt: "2026-11-26T10:00:00Z", payload };
  expect(await tracing.accept(async () => "accepted")(delivery)).toBe("accepted");
  const handlers = tracing.handlers({
    "handle-delivery": async () => {},
    "sync-issue": () => Promise.reject(new RangeError("quotes what people wrote")),
  } as never);
  await handlers["handle-delivery"]({ guid, event: "push", installationId: 7 }, {} as never);
  await expect(handlers["sync-issue"]({ installationId: 8, incidentId: "i" }, {} as never)).rejects.toThrow(RangeError);
  await tracing.close();
  expect(collector.seen.map(({ path }) => path)).toEqual(["/v1/traces"]);
  const sent = collector.seen.map(({ body }) => JSON.parse(body) as Sent);
  const spans = sent.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap((one) => one.scopeSpans.flatMap((two) => two.spans)),
  );
  expect(spans.map(({ name }) => name)).toEqual(["webhook push", "job handle-delivery", "job sync-issue"]);
  const [webhook, job, failed] = spans as [Span, Span, Span];
  expect([webhook.traceId, job.traceId]).toEqual(Array(2).fill(guid.replaceAll("-", "")));
  expect(failed.traceId).not.toBe(webhook.traceId);
  expect(failed.status).toMatchObject({ code: 2, message: "RangeError" });
  expect(failed.attributes).toContainEqual({ key: "keyward.installation", value: { intValue: 8 } });
  expect(JSON.stringify(sent)).not.toContain("people wrote");
});

it("nothing is traced where nothing says where to", async () => {
  const accept = async () => "accepted" as const;
  expect(composeTracing({}).accept(accept)).toBe(accept);
  expect(composeTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://x", OTEL_SDK_DISABLED: "true" }).accept(accept)).toBe(
    accept,
  );
});
