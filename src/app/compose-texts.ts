import { join } from "node:path";
import { createCodeReader, defaultLimits } from "../adapters/git/code-reader.ts";
import type { GithubApp } from "../adapters/github/app.ts";
import { createTexts } from "../adapters/github/texts.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createWikiReadings } from "../adapters/postgres/wiki-readings.ts";
import type { KeywardConfigOf } from "../flows/ports/keyward-config.ts";
import type { Clock, Logger } from "../flows/ports/system.ts";
import type { RedactsTexts, Texts } from "../flows/ports/texts.ts";
import type { WikiReader, WikiReadings } from "../flows/ports/wikis.ts";

type Parts = {
  readonly github: GithubApp;
  readonly database: Database;
  readonly configOf: KeywardConfigOf;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
};

/** What reads the texts beside the code, and masks what is in them. */
export type TextParts = {
  readonly texts: Texts;
  readonly redactsTexts: RedactsTexts;
  readonly wikis: WikiReader & Pick<ReturnType<typeof createCodeReader>, "dropCaches" | "close">;
  readonly wikiReadings: WikiReadings;
};

/** Wikis have caches of their own: they bear the ids of the repositories they belong to. */
export function composeTexts({ github, database, configOf, dataDir, clock, log }: Parts): TextParts {
  return {
    texts: createTexts(github),
    redactsTexts: async (repo) => (await configOf(repo)).redact,
    wikis: createCodeReader({
      cacheDir: join(dataDir, "wikis"),
      remoteUrl: ({ owner, name }) => `${github.urls.base}/${owner}/${name}.wiki.git`,
      token: github.installationToken,
      limits: defaultLimits,
      logger: log,
      now: clock,
    }),
    wikiReadings: createWikiReadings(database),
  };
}
