import { BlockList, isIP } from "node:net";
import type { IncomingMessage } from "node:http";

/** A set of addresses, in CIDR notation or one by one. */
export type Addresses = { readonly has: (address: string) => boolean };

/** Throws, naming it, when one of them is neither an address nor a network. */
export function addressesOf(networks: readonly string[]): Addresses {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address);
    const most = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity;
    if (family === 0 || prefix > most) throw new Error(`"${network}" is no address and no network such as 10.0.0.0/8.`);
    list.addSubnet(address, prefix, family === 4 ? "ipv4" : "ipv6");
  }
  return {
    has: (address) => {
      const family = isIP(address);
      return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
    },
  };
}

/** Who sent a request, as far as those who passed it on are trusted. */
export type Sender = { readonly address: string; readonly overTls: boolean };

/**
 * Whose request it is: the last one in `X-Forwarded-For` who is no trusted proxy. What others say of themselves is not believed.
 */
export function senderOf(request: IncomingMessage, trusted: Addresses): Sender {
  const peer = plain(request.socket.remoteAddress ?? "");
  if (!trusted.has(peer)) return { address: peer, overTls: false };
  const overTls = lastOf(request.headers["x-forwarded-proto"]) === "https";
  const passedOn = partsOf(request.headers["x-forwarded-for"]).map(plain);
  const address = passedOn.findLast((one) => !trusted.has(one)) ?? passedOn[0] ?? peer;
  // A proxy that is trusted and writes nonsense is set up wrongly: nobody else is meant then.
  return { address: isIP(address) === 0 ? peer : address, overTls };
}

const partsOf = (header: string | string[] | undefined): readonly string[] =>
  [header ?? []].flat().flatMap((line) => line.split(",").map((part) => part.trim()));

const lastOf = (header: string | string[] | undefined): string | undefined => partsOf(header).at(-1)?.toLowerCase();

/** IPv4 through an IPv6 socket; brackets and ports, as some proxies write them. */
function plain(address: string): string {
  const bare =
    /^\[(.+)\](?::\d+)?$/.exec(address)?.[1] ?? (/^[\d.]+:\d+$/.test(address) ? address.split(":")[0] : address) ?? "";
  return /^::ffff:[\d.]+$/i.test(bare) ? bare.slice(7) : bare;
}
