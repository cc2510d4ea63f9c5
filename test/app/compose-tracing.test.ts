import { expect, it, onTestFinished } from "vitest";
import { composeTracing } from "../../src/app/compose-tracing.ts";
import type { JobTrace } from "../../src/flows/ports/tracing.ts";
import { localServer } from "../support/local-server.ts";

type Span = {
  readonly name: string;
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly spanId: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
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

it("a job follows from what queued it, also in another process; one that goes on with its own kind begins a trace anew", async () => {
  const collector = await localServer(() => ({ status: 200, json: {} }));
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.url;
  onTestFinished(() => void delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"]);
  const [queueing, working] = [composeTracing(process.env), composeTracing(process.env)];
  expect(queueing.jobTrace("sync-issue")).toBeNull();
  const queued: (JobTrace | null)[] = [];
  const handlers = queueing.handlers({
    "scan-history": async () =>
      void queued.push(queueing.jobTrace("raise-incident"), queueing.jobTrace("scan-history")),
  } as never);
  await handlers["scan-history"]({ installationId: 7, repoId: 1, reason: "asked" }, { attempt: 1 } as never);
  const [follows, again] = queued;
  expect([follows?.isLink, again?.isLink]).toEqual([false, true]);
  const others = working.handlers({ "raise-incident": async () => {}, "scan-history": async () => {} } as never);
  await others["raise-incident"]({} as never, { attempt: 1, trace: follows } as never);
  await others["scan-history"]({} as never, { attempt: 2, trace: again } as never);
  await others["raise-incident"]({} as never, { attempt: 1, trace: { traceparent: "00-odd", isLink: false } } as never);
  await queueing.close();
  await working.close();
  const spans = collector.seen
    .flatMap(({ body }) => (JSON.parse(body) as Sent).resourceSpans)
    .flatMap((one) => one.scopeSpans.flatMap((two) => two.spans));
  const [first, raised, next, odd] = spans as [Span, Span, Span, Span];
  expect(raised).toMatchObject({ traceId: first.traceId, parentSpanId: first.spanId });
  expect(next.traceId).not.toBe(first.traceId);
  expect(next.links).toMatchObject([{ traceId: first.traceId, spanId: first.spanId }]);
  expect(next.attributes).toContainEqual({ key: "keyward.attempt", value: { intValue: 2 } });
  expect(odd.parentSpanId ?? "").toBe("");
});

it("nothing is traced where nothing says where to", async () => {
  const accept = async () => "accepted" as const;
  expect(composeTracing({}).accept(accept)).toBe(accept);
  expect(composeTracing({}).jobTrace("sync-issue")).toBeNull();
  expect(composeTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://x", OTEL_SDK_DISABLED: "true" }).accept(accept)).toBe(
    accept,
  );
});
