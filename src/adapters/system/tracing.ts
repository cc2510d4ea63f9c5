import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { JobTrace, NewSpan, SpanAttributes, Trace } from "../../flows/ports/tracing.ts";

/** What stands above a span, where nothing of this process does. */
export type Above = {
  /** 32 hex digits that name the trace. */
  readonly traceId?: string;
  /** The span, perhaps of another process, that this one follows from. */
  readonly from?: JobTrace;
};

export type Tracing = {
  /** As `Trace`. What follows from work that has a `job` refers to it. */
  readonly within: <T>(
    span: NewSpan & Above & { readonly job?: string },
    attributes: SpanAttributes,
    work: (note: (more: SpanAttributes) => void) => Promise<T>,
  ) => Promise<T>;
  readonly trace: Trace;
  /** What a job that is queued now follows from; null: nothing that is traced. One that goes on with its own kind begins a trace anew. */
  readonly jobTrace: (job: string) => JobTrace | null;
  /** Counts what was scanned (from when on, in milliseconds) to the job that it is part of, which tells of it in one span at its end. */
  readonly scanned: (bytes: number, from: number) => void;
  /** Sends what is left, and ends. */
  readonly close: () => Promise<void>;
};

type Scans = { blobs: number; bytes: number; millis: number; from: number; until: number };
type Work = { readonly context: Context; readonly job: string | null; readonly scans: Scans };

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

/** Sends traces by OTLP over HTTP to where the environment says (`OTEL_EXPORTER_OTLP_…`), and samples as it says (`OTEL_TRACES_…`). */
export function createTracing(version: string): Tracing {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "service.name": "keyward", "service.version": version }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer("keyward", version);
  const above = new AsyncLocalStorage<Work>();

  const within: Tracing["within"] = async ({ name, kind, job, traceId, from }, attributes, work) => {
    const outer = above.getStore();
    const parent = outer?.context ?? parentOf(from) ?? rootOf(traceId);
    const link = from?.isLink === true ? spanContextOf(from.traceparent) : null;
    const span = tracer.startSpan(
      name,
      {
        kind: kind === undefined ? SpanKind.INTERNAL : kinds[kind],
        attributes: { ...attributes },
        links: link ? [{ context: link }] : [],
      },
      parent,
    );
    const context = trace.setSpan(parent, span);
    const isPart = job === undefined && outer !== undefined;
    const scans = isPart ? outer.scans : { blobs: 0, bytes: 0, millis: 0, from: 0, until: 0 };
    try {
      return await above.run({ context, job: job ?? outer?.job ?? null, scans }, () =>
        work((more) => void span.setAttributes({ ...more })),
      );
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : "unknown" });
      throw error;
    } finally {
      if (!isPart) tellScans(scans, context);
      span.end();
    }
  };

  function tellScans({ blobs, bytes, millis, from, until }: Scans, context: Context): void {
    if (blobs === 0) return;
    const attributes = {
      "keyward.blobs": blobs,
      "keyward.bytes": bytes,
      "keyward.scan_milliseconds": Math.round(millis),
    };
    tracer.startSpan("scan", { startTime: from, attributes }, context).end(until);
  }

  return {
    within,
    trace: (span, attributes, work) => within(span, attributes, work),
    jobTrace: (job) => {
      const outer = above.getStore();
      const span = outer && trace.getSpan(outer.context);
      return span ? { traceparent: traceparentOf(span), isLink: outer.job === job } : null;
    },
    scanned: (bytes, from) => {
      const scans = above.getStore()?.scans;
      if (!scans) return;
      const until = Date.now();
      scans.from = scans.blobs === 0 ? from : Math.min(scans.from, from);
      scans.until = until;
      scans.blobs += 1;
      scans.bytes += bytes;
      scans.millis += until - from;
    },
    close: () => provider.shutdown(),
  };
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

function spanContextOf(traceparent: string): SpanContext | null {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
}

function parentOf(from: JobTrace | undefined): Context | null {
  const known = from === undefined || from.isLink ? null : spanContextOf(from.traceparent);
  return known && trace.setSpanContext(ROOT_CONTEXT, known);
}

/** A trace that began elsewhere: at GitHub, with a delivery. */
function rootOf(traceId: string | undefined): Context {
  if (traceId === undefined || !/^[0-9a-f]{32}$/.test(traceId)) return ROOT_CONTEXT;
  const spanId = randomBytes(8).toString("hex");
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
}
