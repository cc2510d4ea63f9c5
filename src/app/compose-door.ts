import { askHookNetworks } from "../adapters/github/hook-addresses.ts";
import type { GithubApp } from "../adapters/github/app.ts";
import type { HookNetworks } from "../flows/ports/hook-networks.ts";
import type { Logger } from "../flows/ports/system.ts";
import { createHookAddresses } from "./hook-addresses.ts";
import { addressesOf, senderOf, type Sender } from "./http/addresses.ts";
import { behindDoor, type DoorPorts } from "./http/door.ts";
import { createRateLimit } from "./http/rate-limit.ts";
import type { Route } from "./http/server.ts";
import type { Settings } from "./settings.ts";
import type { IncomingMessage } from "node:http";

const monotonic = (): number => performance.now();

/** A refusal is logged once in so long, lest a flood fills the log. */
const quietMs = 60_000;

/** What keeps the ingress: who may come in, how often, and how they are told apart behind proxies. */
export function composeDoor(
  settings: Settings["door"],
  github: Pick<GithubApp, "asApp">,
  log: Logger,
  kept: HookNetworks,
): { readonly guard: (route: Route) => Route; readonly senderOf: (request: IncomingMessage) => Sender } {
  const trusted = addressesOf(settings.trustedProxies);
  const { hookAddresses } = settings;
  const fixed = hookAddresses === "any" || hookAddresses === "github" ? null : addressesOf(hookAddresses);
  const askGithub = createHookAddresses(() => askHookNetworks(github), monotonic, log, kept);
  const ports: DoorPorts = {
    senderOf: (request) => senderOf(request, trusted),
    allowed: hookAddresses === "any" ? null : fixed === null ? askGithub : async () => fixed,
    limit: createRateLimit(settings.requestsPerMinute, monotonic),
    refused: quietly((reason, count) => log.warn("webhooks were turned away at the door", { reason, count })),
  };
  return { guard: (route) => behindDoor(route, ports), senderOf: ports.senderOf };
}

function quietly(tell: (reason: string, count: number) => void): DoorPorts["refused"] {
  const counts = new Map<string, { count: number; toldAt: number }>();
  return (reason) => {
    const known = counts.get(reason) ?? { count: 0, toldAt: -Infinity };
    counts.set(reason, known);
    known.count += 1;
    if (monotonic() - known.toldAt < quietMs) return;
    tell(reason, known.count);
    known.count = 0;
    known.toldAt = monotonic();
  };
}
