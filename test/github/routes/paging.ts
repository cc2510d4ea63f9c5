import type { Json } from "../json.ts";
import type { Reply } from "../refusal.ts";
import type { Call } from "./route.ts";

/** One page of a list with GitHub's `Link` header. `wrap` puts the page into the reply, where it is not the bare list. */
export function paged<T>(
  call: Call,
  items: readonly T[],
  shape: (item: T) => Json,
  wrap?: (page: Json[], total: number) => Json,
): Reply {
  const perPage = Math.min(100, Math.max(1, Number(call.query.get("per_page") ?? 30)));
  const page = Math.max(1, Number(call.query.get("page") ?? 1));
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const body = items.slice((page - 1) * perPage, page * perPage).map(shape);
  const links = Object.entries({ prev: page - 1, next: page + 1, last, first: 1 })
    .filter(
      ([rel, at]) => at >= 1 && at <= last && !(rel === "last" && page >= last) && !(rel === "first" && page === 1),
    )
    .map(([rel, at]) => `<${pageUrl(call, { page: String(at) })}>; rel="${rel}"`);
  return {
    status: 200,
    body: wrap === undefined ? body : wrap(body, items.length),
    headers: links.length === 0 ? {} : { link: links.join(", ") },
  };
}

/** The URL of this call with other query parameters. */
export function pageUrl(call: Call, parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(call.query);
  for (const [name, value] of Object.entries(parameters)) query.set(name, value);
  return `${call.world.apiUrl}${call.path}?${query.toString()}`;
}
