import type { Route } from "./server.ts";

/** `/healthz`: the process is alive. `/readyz`: it can do its work; 503 while it cannot. For whoever restarts and routes. */
export function healthRoutes(ready: () => Promise<boolean>): readonly Route[] {
  return [
    { paths: ["/healthz"], methods: { GET: async () => ({ status: 200, body: { status: "alive" } }) } },
    {
      paths: ["/readyz"],
      methods: {
        GET: async () =>
          (await ready())
            ? { status: 200, body: { status: "ready" } }
            : { status: 503, body: { status: "not ready" }, headers: { "retry-after": "5" } },
      },
    },
  ];
}
