import { createHash } from "node:crypto";
import { readSettingFile } from "../adapters/files/read-setting-file.ts";
import type { WebUrls } from "../adapters/github/web-urls.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createHappeningStore } from "../adapters/postgres/happening-store.ts";
import type { Enqueuer } from "../adapters/postgres/job-queue.ts";
import { createSinkBacklog } from "../adapters/postgres/sink-backlog.ts";
import { createSinkProgress } from "../adapters/postgres/sink-progress.ts";
import { createSinkTurns } from "../adapters/postgres/sink-turns.ts";
import { createProviderClient } from "../adapters/providers/provider-client.ts";
import { anyRoute, type Route } from "../adapters/providers/route.ts";
import { parseSinkDefinitions } from "../adapters/sinks/sink-definitions.ts";
import { createSinks } from "../adapters/sinks/sinks.ts";
import type { Job } from "../flows/ports/jobs.ts";
import { notingFindings, type HappeningPorts } from "../flows/note-happenings.ts";
import type { RecordSightingPorts } from "../flows/record-sighting.ts";
import type { Clock } from "../flows/ports/system.ts";
import type { TellSinkPorts } from "../flows/tell-sink.ts";

type Parts = {
  readonly database: Pick<Database, "kysely">;
  readonly queue: Enqueuer<Job>;
  readonly urls: Pick<WebUrls, "issue">;
  readonly clock: Clock;
  /** The path of the file that sets up sinks, if there is one. */
  readonly sinksFile: string | null;
  /** The way to sinks, in tests. */
  readonly route?: Route;
};

/** Puts together what tells other systems what happens. Throws, saying what to do, when the file cannot be used. */
export function composeSinks({
  database,
  queue,
  urls,
  clock,
  sinksFile,
  route,
}: Parts): Omit<TellSinkPorts, "incidents"> & HappeningPorts & Required<Pick<RecordSightingPorts, "notingFindings">> {
  const definitions =
    sinksFile === null ? [] : parseSinkDefinitions(readSettingFile(sinksFile, "KEYWARD_SINKS"), sinksFile);
  const client = createProviderClient(route ?? anyRoute);
  return {
    sinks: createSinks(definitions, client, () => new Date(clock())),
    sinkProgress: createSinkProgress(database),
    sinkBacklog: createSinkBacklog(database),
    sinkTurns: createSinkTurns(database),
    happenings: createHappeningStore(database, queue),
    notingFindings: notingFindings((text) => createHash("sha256").update(text).digest("hex")),
    incidentUrl: ({ filing }) => {
      if (filing === null) return null;
      return filing.kind === "issue" ? urls.issue(filing.repo, filing.number) : filing.url;
    },
  };
}
