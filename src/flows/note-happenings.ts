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
import type { HappeningStore, NoteHappenings, TellHappening } from "./ports/happenings.ts";
import type { PostureStore } from "./ports/posture-store.ts";
import type { Sink } from "./ports/sinks.ts";
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

/** Tells a sink of what happened, if it was not told yet. */
export async function tellHappening(
  { sink: name, id }: TellHappening["data"],
  { happenings, sinks }: HappeningPorts,
  signal: AbortSignal,
): Promise<void> {
  const sink = sinks.find((one) => one.name === name);
  const happening = await happenings.untold(name, id);
  // A sink that is configured no more is told nothing.
  if (happening === null) return;
  if (sink?.wantsHappening(happening) === true) await sink.tellHappening(happening, signal);
  await happenings.told(name, id);
}

/** A job holds so many at most. */
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
  save: async (posture, week, jobs) => {
    const before = (await store.byId(posture.repo.repoId))?.posture ?? null;
    const { repo } = posture;
    const about = { subject: String(repo.repoId), repo: { ...repo, name: nameOf(repo) }, at: posture.checkedAt };
    await store.save(posture, week, [...jobs, ...changed(about, before, posture)]);
  },
  saveOrganization: async (posture, jobs) => {
    const { installationId, owner } = posture;
    const before = (await store.organization(installationId))?.posture ?? null;
    const repo = { installationId, repoId: null, name: owner };
    const about = { subject: `organization-${installationId}`, repo, at: posture.checkedAt };
    await store.saveOrganization(posture, [...jobs, ...changed(about, before, posture)]);
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
