import type { RequestTemplate } from "./provider-tables.ts";

/** A request with a secret in it: it lives as long as it takes to send it, and is neither stored nor logged. */
export type ProviderRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly basic: readonly [user: string, password: string] | null;
  readonly body: string | null;
};

/** What stands in a template for `{secret}` and `{<part>}`. */
export type TemplateValues = ReadonlyMap<string, string>;

type Filled =
  | { readonly kind: "filled"; readonly requests: readonly ProviderRequest[] }
  | { readonly kind: "refused"; readonly reason: string };

/** Fills a template: one request for each of its addresses. Refuses what cannot be sent unchanged. */
export function fillRequests(template: RequestTemplate, values: TemplateValues): Filled {
  const headers = Object.entries(template.headers ?? {}).map(([name, text]) => [name, fill(text, values)] as const);
  if (headers.some(([, text]) => !/^[\x20-\x7e]*$/.test(text))) {
    return { kind: "refused", reason: "it holds characters that cannot stand in a header" };
  }
  const urls = typeof template.url === "string" ? [template.url] : template.url;
  const body = bodyOf(template, values);
  const [user, password] = template.basic ?? [];
  return {
    kind: "filled",
    requests: urls.map((url) => ({
      method: template.method ?? "GET",
      url: fill(url, values, inUrl),
      headers: { ...Object.fromEntries(headers), ...(body === null ? {} : { "content-type": body.type }) },
      basic: user === undefined || password === undefined ? null : [fill(user, values), fill(password, values)],
      body: body?.text ?? null,
    })),
  };
}

/** The names that stand in braces in a template. */
export function namesIn(template: RequestTemplate): readonly string[] {
  return [...JSON.stringify(template).matchAll(placeholder)].map(([, name]) => name ?? "");
}

const placeholder = /\{([a-z][a-z_]*)\}/g;

function fill(text: string, values: TemplateValues, encode: (value: string) => string = (value) => value): string {
  return text.replace(placeholder, (whole, name: string) => {
    const value = values.get(name);
    return value === undefined ? whole : encode(value);
  });
}

/** A colon may stand in a path as it is, and some look for it there. */
const inUrl = (value: string): string => encodeURIComponent(value).replaceAll("%3A", ":");

function bodyOf({ json, form }: RequestTemplate, values: TemplateValues): { text: string; type: string } | null {
  if (json !== undefined) return { text: JSON.stringify(filledIn(json, values)), type: "application/json" };
  if (form === undefined) return null;
  const pairs = Object.entries(form).map(
    ([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(fill(text, values))}`,
  );
  return { text: pairs.join("&"), type: "application/x-www-form-urlencoded" };
}

function filledIn(value: unknown, values: TemplateValues): unknown {
  if (typeof value === "string") return fill(value, values);
  if (Array.isArray(value)) return value.map((one) => filledIn(one, values));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner, values)]));
}
