import type { AnswerTest } from "./provider-tables.ts";

/** What a provider answered. `body` is null where it is not readable text or too long. Names of headers are in small letters. */
export type ProviderReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

/** For people, without any text of the answer that does not stand in the provider's file: an answer may hold the secret. */
export type Judgement<State> = { readonly state: State; readonly reason: string };

/**
 * What an answer means by the tests of a probe: the one state whose tests it fits. An answer that fits none, or tests of two
 * states, is unknown.
 */
export function judgeReply<State extends string>(
  tests: Readonly<Record<State, readonly AnswerTest[]>>,
  reply: ProviderReply,
): Judgement<State | "unknown"> {
  const fitting = (Object.entries(tests) as [State, readonly AnswerTest[]][]).flatMap(([state, list]) => {
    const test = list.find((test) => fits(test, reply));
    return test === undefined ? [] : [{ state, test }];
  });
  const [only, other] = fitting;
  const seen = describeReply(reply);
  if (only === undefined) return { state: "unknown", reason: `${seen}, which is not known to mean anything` };
  if (other !== undefined) return { state: "unknown", reason: `${seen}, which contradicts itself` };
  return { state: only.state, reason: `${seen}${describeTest(only.test)}` };
}

/** Whether an answer passes a test. */
export function fits(test: AnswerTest, reply: ProviderReply): boolean {
  if (!listOf(test.status).includes(reply.status)) return false;
  const headers = Object.entries(test.headers ?? {}).every(([name, start]) =>
    reply.headers[name.toLowerCase()]?.toLowerCase().startsWith(start.toLowerCase()),
  );
  if (!headers) return false;
  if (test.text !== undefined && (reply.body === null || !listOf(test.text).includes(reply.body.trim()))) return false;
  if (test.json === undefined && test.has === undefined && test.starts === undefined) return true;
  const body = jsonOf(reply.body);
  return (
    Object.entries(test.json ?? {}).every(([path, wanted]) => listOf(wanted).some((one) => one === at(body, path))) &&
    Object.entries(test.starts ?? {}).every(([path, wanted]) => {
      const text = at(body, path);
      return typeof text === "string" && listOf(wanted).some((start) => text.startsWith(start));
    }) &&
    (test.has ?? []).every((path) => at(body, path) !== undefined && at(body, path) !== null)
  );
}

/** The status and the kind of content; nothing of the content itself. */
export function describeReply({ status, body }: ProviderReply): string {
  if (body === null) return `it answered ${status} with something that is no text or too long`;
  if (body.trim() === "") return `it answered ${status} with nothing`;
  const json = jsonOf(body);
  const kind = json !== undefined ? "JSON" : /^\s*(?:<!doctype html|<html)/i.test(body) ? "an HTML page" : "text";
  return `it answered ${status} with ${kind} of ${body.length} characters`;
}

/** What the test looked at, which stands in the provider's file. */
function describeTest({ json, starts, has }: AnswerTest): string {
  const names = [...Object.keys(json ?? {}), ...Object.keys(starts ?? {}), ...(has ?? [])];
  const values = Object.entries(json ?? {}).map(([path, wanted]) => `${path}: ${listOf(wanted).join(" or ")}`);
  if (values.length > 0) return `, with ${values.join(", ")}`;
  return names.length > 0 ? `, with ${names.join(", ")}` : "";
}

function jsonOf(body: string | null): unknown {
  try {
    return JSON.parse(body ?? "") as unknown;
  } catch {
    // Not JSON, which is itself what there is to know.
    return undefined;
  }
}

function at(value: unknown, path: string): unknown {
  let here = value;
  for (const key of path.split(".")) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = Reflect.get(here, key);
  }
  return here;
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
