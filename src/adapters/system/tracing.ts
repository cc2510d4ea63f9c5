import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

/** What a span says: names of ours and ids, never anything that people wrote. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

export type Tracing = {
  /**
   * Does some work within a span, under the one it is part of. `traceId` (32 hex digits) names the trace where nothing is above it. Of an
   * error only the name is told.
   */
  readonly within: <T>(
    span: { readonly name: string; readonly isServer?: boolean; readonly traceId?: string },
    attributes: SpanAttributes,
    work: () => Promise<T>,
  ) => Promise<T>;
  /** Sends what is left, and ends. */
  readonly close: () => Promise<void>;
};

/** Sends traces by OTLP over HTTP to where the environment says (`OTEL_EXPORTER_OTLP_…`), and samples as it says (`OTEL_TRACES_…`). */
export function createTracing(version: string): Tracing {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": "keyward", "service.version": version }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer("keyward", version);
  const above = new AsyncLocalStorage<Context>();
  return {
    within: async ({ name, isServer = false, traceId }, attributes, work) => {
      const parent = above.getStore() ?? rootOf(traceId);
      const kind = isServer ? SpanKind.SERVER : SpanKind.INTERNAL;
      const span = tracer.startSpan(name, { kind, attributes: { ...attributes } }, parent);
      try {
        return await above.run(trace.setSpan(parent, span), work);
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : "unknown" });
        throw error;
      } finally {
        span.end();
      }
    },
    close: () => provider.shutdown(),
  };
}

/** A trace that began elsewhere: at GitHub, with a delivery. */
function rootOf(traceId: string | undefined): Context {
  if (traceId === undefined || !/^[0-9a-f]{32}$/.test(traceId)) return ROOT_CONTEXT;
  const spanId = randomBytes(8).toString("hex");
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
}
