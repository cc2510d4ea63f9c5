import { join } from "node:path";
import type { CacheFolder } from "../adapters/git/cache-keeper.ts";
import { createCodeReader, defaultLimits } from "../adapters/git/code-reader.ts";
import type { FetchNotice } from "../adapters/git/remote.ts";
import { createWikiPages, type WikiPages } from "../adapters/git/wiki-pages.ts";
import type { GithubApp } from "../adapters/github/app.ts";
import { createTexts } from "../adapters/github/texts.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createWikiReadings } from "../adapters/postgres/wiki-readings.ts";
import type { RepoRef } from "../core/change/change.ts";
import type { Clock, Logger } from "../flows/ports/system.ts";
import type { Trace } from "../flows/ports/tracing.ts";
import type { Texts } from "../flows/ports/texts.ts";
import type { WikiReader, WikiReadings } from "../flows/ports/wikis.ts";

type Parts = {
  readonly github: GithubApp;
  readonly database: Database;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly trace: Trace;
  readonly onFetched?: FetchNotice;
};

/** What reads the texts beside the code, and masks what is in them. */
export type TextParts = {
  readonly texts: Texts;
  readonly wikis: WikiReader & Pick<ReturnType<typeof createCodeReader>, "dropCaches" | "close">;
  readonly wikiReadings: WikiReadings;
  /** What is kept on disk of wikis. */
  readonly wikiCaches: readonly CacheFolder[];
};

const pageTimeoutMs = 4 * 60_000;

/** Pages of wikis by git, everything else by REST. */
const withPages = (written: Texts, pages: WikiPages): Texts => ({
  ownLogin: written.ownLogin,
  read: (repo, ref) => (ref.surface === "wiki" ? pages.read(repo, ref.path) : written.read(repo, ref)),
  replace: (repo, place, text) =>
    place.surface === "wiki" && place.path !== null
      ? pages.replace(repo, { path: place.path, revision: place.revision }, text)
      : written.replace(repo, place, text),
});

/** Wikis have caches of their own: they bear the ids of the repositories they belong to. */
export function composeTexts({ github, database, dataDir, clock, log, trace, onFetched = () => {} }: Parts): TextParts {
  const wikiUrl = ({ owner, name }: RepoRef): string => `${github.urls.base}/${owner}/${name}.wiki.git`;
  const written = createTexts(github);
  const pages = createWikiPages({
    cacheDir: join(dataDir, "wiki-pages"),
    remoteUrl: wikiUrl,
    token: github.installationToken,
    writeToken: github.writeToken,
    author: written.ownLogin,
    maxPageBytes: defaultLimits.maxBlobBytes,
    timeoutMs: pageTimeoutMs,
    trace,
    onFetched,
  });
  const wikis = createCodeReader({
    cacheDir: join(dataDir, "wikis"),
    remoteUrl: wikiUrl,
    token: github.installationToken,
    limits: defaultLimits,
    logger: log,
    now: clock,
    trace,
    onFetched,
  });
  return {
    texts: withPages(written, pages),
    wikis,
    wikiCaches: [
      { directory: join(dataDir, "wikis"), drop: wikis.dropCaches },
      { directory: join(dataDir, "wiki-pages"), drop: pages.dropCaches },
    ],
    wikiReadings: createWikiReadings(database),
  };
}
