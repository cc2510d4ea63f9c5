import {
  dismissalsOf,
  findingsOf,
  nameOf,
  postureChangesOf,
  type Digest,
  type Happening,
} from "../core/export/happening.ts";
import type { Incident } from "../core/incident/incident.ts";
import { changesSince } from "../core/posture/changes.ts";
import { fromStored, standingsOf, type StoredResult } from "../core/posture/stored-posture.ts";
import { inTurn } from "./in-turn.ts";
import type { HappeningStore, NoteHappenings, TellHappenings } from "./ports/happenings.ts";
import type { PostureStore } from "./ports/posture-store.ts";
import type { Sink, SinkBacklog, SinkTurns } from "./ports/sinks.ts";
import type { SuppressionStore } from "./ports/suppressions.ts";

export type HappeningPorts = { readonly happenings: HappeningStore; readonly sinks: readonly Sink[] };

/** Keeps what happened and has sinks told of it. Safe to repeat: what is known is not told again. */
export async function noteHappenings(
  data: NoteHappenings["data"],
  { happenings, sinks }: HappeningPorts,
): Promise<void> {
  await happenings.note(
    data.happenings,
    sinks.map(({ name }) => name),
  );
}

export type TellHappeningsPorts = HappeningPorts & {
  readonly sinkTurns: SinkTurns;
  readonly sinkBacklog: SinkBacklog;
};

/** The same for every job that tells this sink what happened there. */
export const tellHappeningsKey = ({ installationId, sink }: TellHappenings["data"]): string =>
  `${sink}:${installationId}`;

/**
 * Tells a sink what happened that it was not told yet, in order. Rejects where the sink is down; what it refuses is set aside. One that
 * is configured no more is told nothing, and misses nothing if it is back soon.
 */
export async function tellHappenings(
  { sink: name, installationId }: TellHappenings["data"],
  { happenings, sinks, sinkTurns, sinkBacklog }: TellHappeningsPorts,
  signal: AbortSignal,
): Promise<void> {
  const sink = sinks.find((one) => one.name === name);
  if (sink === undefined) return;
  const untold = (): Promise<readonly Happening[]> => happenings.untold(name, installationId, most);
  const tell = async (happening: Happening): Promise<void> => {
    if (!sink.wantsHappening(happening)) return happenings.told(name, happening.id);
    if ((await sink.tellHappening(happening, signal)) === "refused") return happenings.refused(name, happening.id);
    await happenings.told(name, happening.id);
    await sinkBacklog.took(name);
  };
  await inTurn(
    sinkTurns,
    { sink: name, what: `installation ${installationId}` },
    async (keep) => {
      for (const happening of await untold()) {
        signal.throwIfAborted();
        await keep();
        await tell(happening);
      }
    },
    async () => (await untold()).length > 0,
  );
}

/** So many are handled at a time. */
const most = 100;

/** The jobs that keep what happened. */
export function noting(happenings: readonly Happening[]): readonly NoteHappenings[] {
  const [first] = happenings;
  if (first === undefined) return [];
  const { installationId } = first;
  const parts = Array.from({ length: Math.ceil(happenings.length / most) }, (_, at) =>
    happenings.slice(at * most, (at + 1) * most),
  );
  return parts.map((part) => ({ name: "note-happenings", data: { installationId, happenings: part } }));
}

/** The jobs that follow from places where a secret was seen. */
export const notingFindings =
  (digest: Digest) =>
  (incident: Incident, before: Incident | null, inHistory: boolean): readonly NoteHappenings[] =>
    noting(findingsOf(incident, before, inHistory, digest));

/** The store, which with what is asked and answered about dismissals also queues that it is told. */
export const notingDismissals = (store: SuppressionStore): SuppressionStore => ({
  ...store,
  append: (installationId, entries, jobs) =>
    store.append(installationId, entries, [...jobs, ...noting(dismissalsOf(installationId, entries))]),
});

type Looked = { readonly results: readonly StoredResult[]; readonly checkedAt: string };

/** The store, which with how a repository or an organization stands also queues that it is told what changed. */
export const notingPostures = (store: PostureStore): PostureStore => ({
  ...store,
  save: async (posture, week, jobs, look) => {
    const before = (await store.byId(posture.repo.repoId))?.posture ?? null;
    const { repo } = posture;
    const about = { subject: String(repo.repoId), repo: { ...repo, name: nameOf(repo) }, at: posture.checkedAt };
    await store.save(posture, week, [...jobs, ...changed(about, before, posture)], look);
  },
  saveOrganization: async (posture, jobs, look) => {
    const { installationId, owner } = posture;
    const before = (await store.organization(installationId))?.posture ?? null;
    const repo = { installationId, repoId: null, name: owner };
    const about = { subject: `organization-${installationId}`, repo, at: posture.checkedAt };
    await store.saveOrganization(posture, [...jobs, ...changed(about, before, posture)], look);
  },
});

function changed(
  about: Parameters<typeof postureChangesOf>[0],
  before: Looked | null,
  now: Looked,
): readonly NoteHappenings[] {
  if (before === null) return [];
  const standings = standingsOf(fromStored(before.results));
  const results = fromStored(now.results);
  return noting(
    postureChangesOf(
      about,
      { at: before.checkedAt, standings },
      standingsOf(results),
      changesSince(standings, results),
    ),
  );
}
