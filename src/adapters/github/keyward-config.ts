import * as z from "zod";
import type { ConfigNotice } from "../../core/config/config-notice.ts";
import {
  keywardFilePath,
  organizationHome,
  parseKeywardFile,
  toKeywardConfig,
  drillScheduleIn,
  toProviderConfig,
  type FileOwner,
  type KeywardFile,
  type NamedFile,
} from "../../core/config/keyward-config.ts";
import { problemsOfToml } from "../../core/scan/rules/own-rules.ts";
import type {
  ConfigFileKey,
  ConfiguredRepo,
  KeywardConfigOf,
  LastGoodFiles,
  ProviderConfigOf,
} from "../../flows/ports/keyward-config.ts";
import type { DrillScheduleOf } from "../../flows/ports/drill-schedule.ts";
import type { Logger } from "../../flows/ports/system.ts";
import type { GithubApp } from "./app.ts";
import { readRemoteBlob, readRemoteFile, type RemoteFile, type RemotePlace } from "./keyward-file.ts";

/** So long a reading is taken for the newest, where no change is judged by it: several jobs of one incident follow each other. */
const freshMs = 30_000;
const mostKept = 2_000;
/** An account is hardly ever renamed, and GitHub leads on from its old name. */
const ownerMs = 600_000;

export type KeywardConfigReader = {
  readonly configOf: KeywardConfigOf;
  readonly providerConfigOf: ProviderConfigOf;
  readonly drillScheduleOf: DrillScheduleOf;
};

/** What a file says that holds now, and what is to be said about it. */
type Reading = {
  readonly file: KeywardFile | null;
  /** The file of rules that it leads to; null: none, or one that was never understood. */
  readonly toml?: NamedFile["toml"];
  readonly notices: readonly ConfigNotice[];
  readonly etag: string | null;
};

/** A file, and whose. */
type Source = { readonly owner: FileOwner; readonly key: ConfigFileKey };

type Kept = { readonly at: number; readonly reading: Reading };

/**
 * Reads every `keyward.yml`, a repository's and its organization's: the one place where that is done. What is read for verdicts is given
 * the client of verdicts.
 */
export function createKeywardConfigReader(
  app: Pick<GithubApp, "clientFor">,
  lastGood: LastGoodFiles,
  log: Logger,
): KeywardConfigReader {
  const kept = new Map<string, Kept>();

  const read = async (source: Source, freshFor: number): Promise<Reading> => {
    const name = JSON.stringify(source);
    const known = kept.get(name);
    if (known && performance.now() - known.at < freshFor) return known.reading;
    const at = performance.now();
    const reply = await readRemoteFile(
      app.clientFor(source.key.installationId),
      placeOf(source.key),
      known?.reading.etag ?? null,
    );
    const reading = reply.kind === "unchanged" && known ? known.reading : await readingOf(source, reply);
    kept.delete(name);
    kept.set(name, { at, reading });
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(oldest);
    }
    return reading;
  };

  const readingOf = async (source: Source, reply: RemoteFile): Promise<Reading> => {
    if (reply.kind === "none" || reply.kind === "unchanged") return nothing;
    const etag = reply.kind === "read" ? reply.etag : null;
    const parsed = reply.kind === "read" ? parseKeywardFile(reply.text, source.owner) : null;
    if (reply.kind === "read" && parsed?.kind === "read") {
      await lastGood.note(source.key, reply.blob);
      return { file: parsed.file, notices: [], etag };
    }
    const mistakes: readonly Mistake[] =
      reply.kind === "read" ? (parsed?.kind === "not-understood" ? parsed.mistakes : []) : [{ ...reply, line: null }];
    const good = await lastGoodOf(source);
    const instead = good === null ? "defaults" : "last-good";
    log.warn("a keyward.yml is not understood", {
      file: shownName(source.key),
      lines: mistakes.map(({ line }) => line),
      instead,
    });
    const file = shownName(source.key);
    return { file: good ?? {}, notices: mistakes.map(({ line, message }) => ({ file, line, message, instead })), etag };
  };

  const lastGoodOf = async ({ key, owner }: Source): Promise<KeywardFile | null> => {
    const blob = await lastGood.of(key);
    if (blob === null) return null;
    const text = await readRemoteBlob(app.clientFor(key.installationId), placeOf(key), blob);
    const parsed = text === null ? null : parseKeywardFile(text, owner);
    return parsed?.kind === "read" ? parsed.file : null;
  };

  /** The file of rules that a reading leads to, of the same repository and branch. */
  const withRules = async (source: Source, reading: Reading): Promise<Reading> => {
    const path = reading.file?.rules;
    if (typeof path !== "string") return reading;
    const key = { ...source.key, path };
    const file = shownName(key);
    const client = app.clientFor(key.installationId);
    const reply = await readRemoteFile(client, placeOf(key), null);
    const problems: readonly Mistake[] =
      reply.kind === "read"
        ? problemsOfToml(reply.text, file)
        : [{ line: null, message: reply.kind === "not-understood" ? reply.message : "expected a file; found none" }];
    if (reply.kind === "read" && problems.length === 0) {
      await lastGood.note(key, reply.blob);
      return { ...reading, toml: { file, text: reply.text } };
    }
    const blob = await lastGood.of(key);
    const before = blob === null ? null : await readRemoteBlob(client, placeOf(key), blob);
    const text = before !== null && problemsOfToml(before, file).length === 0 ? before : null;
    const instead = text === null ? "defaults" : "last-good";
    log.warn("a file of rules is not understood", { file, lines: problems.map(({ line }) => line), instead });
    return {
      ...reading,
      toml: text === null ? null : { file, text },
      notices: [
        ...reading.notices,
        ...problems.map(({ line, message }) => ({ file, line, message, instead }) as const),
      ],
    };
  };

  const repositoryReading = async (repo: ConfiguredRepo, baseRef: string | undefined): Promise<Reading> => {
    const freshFor = baseRef === undefined ? freshMs : 0;
    if (baseRef !== undefined && baseRef !== repo.defaultBranch) {
      const onBase = await read(repositorySource(repo, baseRef), freshFor);
      if (onBase.file !== null) return withRules(repositorySource(repo, baseRef), onBase);
    }
    return withRules(repositorySource(repo, ""), await read(repositorySource(repo, ""), freshFor));
  };

  const owners = new Map<number, { readonly at: number; readonly owner: string }>();
  const ownerKnown = async (installationId: number): Promise<string | null> => {
    const known = owners.get(installationId);
    if (known && performance.now() - known.at < ownerMs) return known.owner;
    const owner = await ownerOf(app, installationId);
    if (owner !== null) owners.set(installationId, { at: performance.now(), owner });
    return owner;
  };

  const organizationFileOf = async (installationId: number): Promise<KeywardFile> => {
    const owner = await ownerKnown(installationId);
    if (owner === null) return {};
    const { file } = await read(organizationSource(installationId, owner), freshMs);
    return file ?? {};
  };

  return {
    configOf: async (repo, baseRef) => {
      const home = organizationSource(repo.installationId, repo.owner);
      const [organization, repository] = await Promise.all([
        read(home, freshMs).then((reading) => withRules(home, reading)),
        // The organization's own file is not read as that of a repository as well.
        repo.name === organizationHome ? nothing : repositoryReading(repo, baseRef),
      ]);
      const notices = [...repository.notices, ...organization.notices];
      const named = (name: string, { file, toml = null }: Reading): NamedFile => ({
        name: `${repo.owner}/${name}/${keywardFilePath}`,
        file: file ?? {},
        toml,
      });
      return toKeywardConfig(named(organizationHome, organization), named(repo.name, repository), repo.name, notices);
    },
    providerConfigOf: async (installationId) => toProviderConfig(await organizationFileOf(installationId)),
    drillScheduleOf: async (installationId) => drillScheduleIn(await organizationFileOf(installationId)),
  };
}

const nothing: Reading = { file: null, notices: [], etag: null };

function repositorySource({ installationId, owner, name }: ConfiguredRepo, ref: string): Source {
  return { owner: "repository", key: { installationId, owner, name, ref, path: keywardFilePath } };
}

function organizationSource(installationId: number, owner: string): Source {
  const key = { installationId, owner, name: organizationHome, ref: "", path: keywardFilePath };
  return { owner: "organization", key };
}

function placeOf({ owner, name, ref, path }: ConfigFileKey): RemotePlace {
  return { owner, repo: name, path, ...(ref !== "" && { ref: `refs/heads/${ref}` }) };
}

type Mistake = Pick<ConfigNotice, "line" | "message">;

function shownName({ owner, name, path, ref }: ConfigFileKey): string {
  return `${owner}/${name}/${path}${ref === "" ? "" : ` on ${ref}`}`;
}

const reposReply = z.object({ repositories: z.array(z.object({ owner: z.object({ login: z.string() }) })) });

/** An installation is of one account, which owns all its repositories. Null while it sees none. */
async function ownerOf(app: Pick<GithubApp, "clientFor">, installationId: number): Promise<string | null> {
  const { rest } = app.clientFor(installationId);
  const { data } = await rest.apps.listReposAccessibleToInstallation({ per_page: 1 });
  return reposReply.parse(data).repositories[0]?.owner.login ?? null;
}
