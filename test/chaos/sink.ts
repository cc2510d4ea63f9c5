import { startProviderStandIn, type ProviderStandIn } from "../support/provider-stand-in.ts";

/** A system that is told what happens, and that is not always there. */
export type ChaosSink = {
  /** The file that sets it up. */
  readonly definition: string;
  readonly server: Pick<ProviderStandIn, "port" | "ca">;
  /** How often each event was taken, by its id. */
  readonly taken: () => ReadonlyMap<string, number>;
  /** When it was last asked to take something. */
  readonly lastAsked: () => number;
  /** From now on it is there and takes everything. */
  readonly heal: () => void;
  readonly close: () => Promise<void>;
};

const host = "events.acme.example";

/** Starts one. Until it is healed it is down for a while now and then, refuses some events, and loses its answer to others. */
export async function startChaosSink(): Promise<ChaosSink> {
  const server = await startProviderStandIn([host]);
  const taken = new Map<string, number>();
  let [asked, healed] = [Date.now(), false];
  server.behave((response, { headers }) => {
    asked = Date.now();
    const isDown = !healed && Math.floor(asked / 10_000) % 4 === 3;
    const luck = healed ? 1 : Math.random();
    if (isDown || luck < 0.1) {
      response.writeHead(503).end();
      return;
    }
    const id = String(headers["x-keyward-delivery"]);
    taken.set(id, (taken.get(id) ?? 0) + 1);
    if (luck < 0.2) response.destroy();
    else response.writeHead(204).end();
  });
  return {
    definition: `[[sinks]]\nname = "own"\nkind = "webhook"\nurl = "https://${host}/keyward"\nsecret = "of-the-tests-alone"\ndrills = true\n`,
    server,
    taken: () => taken,
    lastAsked: () => asked,
    heal: () => {
      healed = true;
    },
    close: () => server.close(),
  };
}
