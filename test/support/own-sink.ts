import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeSinks } from "../../src/app/compose-sinks.ts";
import type { ProviderStandIn } from "./provider-stand-in.ts";

/** Where the webhook of `composeOwnSink` is: a name for the stand-in. */
export const ownSinkHost = "events.acme.example";

type Sinks = Parameters<typeof composeSinks>[0];

/** The product's sinks as a file has them that names one, a signed webhook that a stand-in answers. */
export function composeOwnSink(
  ports: Pick<Sinks, "database" | "queue" | "clock">,
  { route }: ProviderStandIn,
): ReturnType<typeof composeSinks> {
  const sinksFile = join(mkdtempSync(join(tmpdir(), "keyward-sinks-")), "sinks.toml");
  writeFileSync(
    sinksFile,
    `[[sinks]]\nname = "own"\nkind = "webhook"\nurl = "https://${ownSinkHost}/"\nsecret = "a-secret-of-the-tests-alone"\n`,
  );
  return composeSinks({ ...ports, urls: { issue: () => "" }, sinksFile, route });
}
