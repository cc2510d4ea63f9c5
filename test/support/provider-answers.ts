import type { AnswerTest } from "../../src/core/provider/provider-tables.ts";
import type { Behavior } from "./provider-stand-in.ts";

/** An answer that a test of a provider's file describes, and no more. */
export function answerFor(test: AnswerTest): Behavior {
  const { status, json = {}, has = [], starts = {}, text, headers = {} } = test;
  const body: Record<string, unknown> = {};
  for (const path of has) put(body, path, "x");
  for (const [path, value] of Object.entries(starts)) put(body, path, `${[value].flat()[0]} and so on`);
  for (const [path, value] of Object.entries(json)) put(body, path, [value].flat()[0]);
  const [code = 200] = [status].flat();
  const whole = text === undefined ? JSON.stringify(body) : [text].flat()[0];
  return (response) => {
    response.writeHead(code, { "content-type": "application/json", ...headers }).end(code === 204 ? "" : whole);
  };
}

function put(target: Record<string, unknown>, path: string, value: unknown): void {
  const [first = "", ...rest] = path.split(".");
  const inner = (target[first] ?? {}) as Record<string, unknown>;
  target[first] = rest.length === 0 ? value : inner;
  if (rest.length > 0) put(inner, rest.join("."), value);
}
