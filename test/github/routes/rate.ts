import type { Installation } from "../state.ts";
import type { World } from "../world.ts";
import type { Actor } from "./route.ts";

export type Rate = {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  readonly reset: number;
};

const windowMs = 60 * 60 * 1000;

type Window = { readonly startedAt: number; used: number };
const windows = new WeakMap<World, Map<string, Window>>();

const keyOf = (actor: Actor): string =>
  actor.kind === "installation" ? String(actor.token.installation.id) : actor.kind;

function windowOf(world: World, key: string): Window {
  const all = windows.get(world) ?? new Map<string, Window>();
  windows.set(world, all);
  const known = all.get(key);
  if (known !== undefined && Date.now() - known.startedAt < windowMs) return known;
  const fresh = { startedAt: Date.now(), used: 0 };
  all.set(key, fresh);
  return fresh;
}

/** What is left to this installation (or to the app) in the current hour. The limit is shown, not enforced: faults do that. */
export function rateOf(world: World, actor: Actor): Rate {
  const { startedAt, used } = windowOf(world, keyOf(actor));
  const limit = world.requestsPerHour;
  return { limit, used, remaining: Math.max(0, limit - used), reset: Math.ceil((startedAt + windowMs) / 1000) };
}

/** Lets an installation have sent so many requests within its hour. */
export function setUsed(world: World, installation: Installation, used: number): void {
  windowOf(world, String(installation.id)).used = used;
}

/** Counts one request. */
export function countRequest(world: World, actor: Actor): void {
  windowOf(world, keyOf(actor)).used++;
}

export const rateHeaders = (rate: Rate): Record<string, string> => ({
  "x-ratelimit-limit": String(rate.limit),
  "x-ratelimit-remaining": String(rate.remaining),
  "x-ratelimit-reset": String(rate.reset),
  "x-ratelimit-used": String(rate.used),
  "x-ratelimit-resource": "core",
});
