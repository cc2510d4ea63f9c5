import { isIPv6 } from "node:net";

/** Asks whether somebody at an address may send something now; `seconds`: after which it is worth trying again. */
export type RateLimit = {
  readonly take: (
    address: string,
  ) => { readonly kind: "allowed" } | { readonly kind: "limited"; readonly seconds: number };
  /** Counts something against an address beyond what it took. */
  readonly charge: (address: string, cost: number) => void;
};

/** So many addresses are remembered; those that sent last. */
const mostAddresses = 10_000;

/**
 * So many requests a minute for each address, which may come at once; then as they are given back. `now` in milliseconds. Of IPv6 a
 * /64 counts as one, as whoever has an address has all of those.
 */
export function createRateLimit(perMinute: number, now: () => number): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  const perMs = perMinute / 60_000;
  const bucketOf = (address: string): { left: number; at: number } => {
    const key = isIPv6(address) ? networkOf(address) : address;
    const known = buckets.get(key) ?? { left: perMinute, at: now() };
    buckets.delete(key);
    buckets.set(key, known);
    for (const oldest of buckets.keys()) {
      if (buckets.size <= mostAddresses) break;
      buckets.delete(oldest);
    }
    known.left = Math.min(perMinute, known.left + (now() - known.at) * perMs);
    known.at = now();
    return known;
  };
  return {
    take: (address) => {
      const bucket = bucketOf(address);
      if (bucket.left < 1) return { kind: "limited", seconds: Math.ceil((1 - bucket.left) / perMs / 1000) };
      bucket.left -= 1;
      return { kind: "allowed" };
    },
    charge: (address, cost) => {
      const bucket = bucketOf(address);
      // A minute makes up for anything.
      bucket.left = Math.max(-perMinute, bucket.left - cost);
    },
  };
}

/** The first four groups. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(":").filter((group) => group !== "").length;
  const all = [...groups, ...Array.from({ length: missing }, () => "0"), ...(tail ?? "").split(":")];
  return all
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":");
}
