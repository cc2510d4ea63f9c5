import { expect, test } from "vitest";
import { startWorkTree } from "../github/work-tree.ts";
import { localServer } from "../support/local-server.ts";
import { startScene } from "../support/scene.ts";
import { newToken } from "../support/tokens.ts";
import { verdictOn } from "../support/watch.ts";

type Value = { readonly stringValue?: string; readonly intValue?: number };
type Span = {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Value }[];
};
type Sent = {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
};

const said = ({ attributes }: Span, key: string): string | number | undefined => {
  const value = attributes.find((one) => one.key === key)?.value;
  return value?.stringValue ?? value?.intValue;
};

test("what follows from a push is one trace, down to the requests, fetches and scans of its jobs, without what people wrote", async () => {
  const collector = await localServer(() => ({ status: 200, json: {} }));
  const scene = await startScene({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const token = newToken();
  let pushed = "";
  {
    await using ended = scene;
    const repository = await ended.github.createRepository({ owner: "acme", name: "unspoken-name" });
    const tree = await startWorkTree(repository);
    const sha = await tree.commit({ message: "Unspoken words", files: [["unspoken.ts", `connect("${token}");\n`]] });
    await tree.push("main");
    expect((await verdictOn(repository, sha)).conclusion).toBe("failure");
    await ended.github.idle();
    pushed = ended.github.deliveries.find(({ event }) => event === "push")?.guid ?? "";
    // What is left is sent when the server stops.
  }
  const bodies = collector.seen.map(({ body }) => body);
  const spans = bodies
    .flatMap((body) => (JSON.parse(body) as Sent).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
    .filter(({ traceId }) => traceId === pushed.replaceAll("-", ""));
  const one = (name: string): Span => {
    const found = spans.find((span) => span.name === name);
    if (!found) throw new Error(`no span ${name}; found ${spans.map((span) => span.name).join(", ")}`);
    return found;
  };
  const [webhook, handled, scanned] = [one("webhook push"), one("job handle-delivery"), one("job scan-change")];
  expect(handled.parentSpanId).toBe(webhook.spanId);
  expect(scanned.parentSpanId).toBe(handled.spanId);
  expect(one("job publish-verdict").parentSpanId).toBe(scanned.spanId);
  expect(one("job raise-incident").traceId).toBe(webhook.traceId);
  const created = one("POST /repos/{owner}/{repo}/check-runs");
  expect(created.kind).toBe(3);
  expect([said(created, "http.response.status_code"), said(created, "http.request.resend_count")]).toEqual([201, 0]);
  const fetched = one("git fetch");
  expect(fetched.parentSpanId).toBe(scanned.spanId);
  const scan = one("scan");
  expect(scan.parentSpanId).toBe(scanned.spanId);
  expect(said(scan, "keyward.blobs")).toBeGreaterThanOrEqual(1);
  expect(BigInt(scan.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(scan.startTimeUnixNano));
  for (const unspoken of ["unspoken", "Unspoken", token, "http://", "refs/"])
    expect(bodies.join("\n")).not.toContain(unspoken);
});
