/** What a span says: names of ours, routes and ids, never anything that people wrote. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

export type NewSpan = {
  readonly name: string;
  /** `server`: somebody outside waits for it. `client`: it waits for somebody outside. */
  readonly kind?: "server" | "client";
};

/** Does some work within a span, under the one it is part of; `note` adds to what the span says. Of an error only the name is told. */
export type Trace = <T>(
  span: NewSpan,
  attributes: SpanAttributes,
  work: (note: (more: SpanAttributes) => void) => Promise<T>,
) => Promise<T>;

/** Where nobody wants traces. */
export const untraced: Trace = (_span, _attributes, work) => work(() => {});

/** The span that a job follows from, as W3C has it (`traceparent`). `isLink`: it only refers to it, from a trace of its own. */
export type JobTrace = { readonly traceparent: string; readonly isLink: boolean };
