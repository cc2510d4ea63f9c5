import type { HttpProbe, RequestTemplate, Revocation } from "../../core/provider/provider-tables.ts";

type Asked =
  | {
      readonly kind: "request";
      readonly request: RequestTemplate;
      /** Whether these are all who could know the credential: the owner said so, or few others run the provider's software. */
      readonly isCertain: boolean;
    }
  | { readonly kind: "refused"; readonly reason: string };

const hostName = /^(?=[a-z0-9.-]*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/;

/** The request of a provider's file, sent to the owner's own instances where there can be such and the owner named them. */
export function requestFor(
  { request, selfHosted }: Pick<HttpProbe | Revocation, "request" | "selfHosted">,
  name: string,
  hosts: readonly string[],
): Asked {
  if (hosts.length === 0) return { kind: "request", request, isCertain: selfHosted !== "often" };
  if (selfHosted === undefined)
    return { kind: "refused", reason: `there are no own instances of ${name}: leave out its hosts` };
  const strange = hosts.find((host) => !hostName.test(host));
  if (strange !== undefined) return { kind: "refused", reason: `a host of ${name} is not written as a name of a host` };
  const [first = ""] = typeof request.url === "string" ? [request.url] : request.url;
  const url = hosts.map((host) => first.replace(/^https:\/\/[^/]+/, `https://${host}`));
  return { kind: "request", request: { ...request, url }, isCertain: true };
}
