import { readSettingFile } from "../adapters/files/read-setting-file.ts";
import type { WebUrls } from "../adapters/github/web-urls.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createSinkProgress } from "../adapters/postgres/sink-progress.ts";
import { createProviderClient } from "../adapters/providers/provider-client.ts";
import { anyRoute, type Route } from "../adapters/providers/route.ts";
import { parseSinkDefinitions } from "../adapters/sinks/sink-definitions.ts";
import { createSinks } from "../adapters/sinks/sinks.ts";
import type { Clock } from "../flows/ports/system.ts";
import type { TellSinkPorts } from "../flows/tell-sink.ts";

type Parts = {
  readonly database: Pick<Database, "kysely">;
  readonly urls: Pick<WebUrls, "issue">;
  readonly clock: Clock;
  /** The path of the file that sets up sinks, if there is one. */
  readonly sinksFile: string | null;
  /** The way to sinks, in tests. */
  readonly route?: Route;
};

/** Puts together what tells other systems what happens. Throws, saying what to do, when the file cannot be used. */
export function composeSinks({ database, urls, clock, sinksFile, route }: Parts): Omit<TellSinkPorts, "incidents"> {
  const definitions =
    sinksFile === null ? [] : parseSinkDefinitions(readSettingFile(sinksFile, "KEYWARD_SINKS"), sinksFile);
  const client = createProviderClient(route ?? anyRoute);
  return {
    sinks: createSinks(definitions, client, () => new Date(clock())),
    sinkProgress: createSinkProgress(database),
    incidentUrl: ({ filing }) => {
      if (filing === null) return null;
      return filing.kind === "issue" ? urls.issue(filing.repo, filing.number) : filing.url;
    },
  };
}
