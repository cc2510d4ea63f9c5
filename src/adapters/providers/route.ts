import { lookup } from "node:dns/promises";
import { isPublicAddress } from "./public-address.ts";

/** Where a host is. The connection is made to exactly this address: a second look-up could give another one. */
export type Way =
  | {
      readonly kind: "way";
      readonly address: string;
      readonly family: 4 | 6;
      /** In place of the port that was asked for. */
      readonly port?: number;
      /** Certificates (PEM) to trust in place of the usual ones. */
      readonly ca?: string;
    }
  | { readonly kind: "refused"; readonly reason: string };

/** Finds the way to a host, or says why there is none. */
export type Route = (host: string) => Promise<Way>;

type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/**
 * The way to hosts on the public Internet alone. A name with any address that is private, loopback or link-local is refused
 * as a whole: who runs such a name can have the others answered too.
 */
export function publicRoute(resolve: Resolve = (host) => lookup(host, { all: true })): Route {
  return async (host) => {
    let found: Awaited<ReturnType<Resolve>>;
    try {
      found = await resolve(host);
    } catch {
      return { kind: "refused", reason: "its name has no address" };
    }
    if (!found.every(({ address }) => isPublicAddress(address))) {
      return { kind: "refused", reason: "its name leads to an address that is not on the public Internet" };
    }
    const [first] = found;
    if (first === undefined) return { kind: "refused", reason: "its name has no address" };
    return { kind: "way", address: first.address, family: first.family === 6 ? 6 : 4 };
  };
}

/** The way to any host, in a private network, too: for what whoever runs the server has set up. */
export const anyRoute: Route = async (host) => {
  try {
    const { address, family } = await lookup(host);
    return { kind: "way", address, family: family === 6 ? 6 : 4 };
  } catch {
    return { kind: "refused", reason: "its name has no address" };
  }
};
