import type { RepoRef } from "../core/change/change.ts";
import type { HistoryStore } from "./ports/history-store.ts";
import type {
  DropCaches,
  FollowRepository,
  ForgetInstallation,
  ForgetRepository,
  RepositoryHappening,
  RepositoryRecords,
} from "./ports/repositories.ts";
import type { Logger } from "./ports/system.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";

export type FollowRepositoryPorts = RecordPorts & {
  readonly records: RepositoryRecords;
  readonly histories: HistoryStore;
  readonly dropCaches: DropCaches;
  readonly log: Logger;
};

/**
 * Follows what happened to a repository: what it is called now is stored wherever it is named. One that became public is read as a
 * whole at once, and its incidents are looked into again; one that is gone leaves its incidents, which say where the code was. Safe
 * to repeat.
 */
export async function followRepository(
  { repo, happened, at }: FollowRepository["data"],
  ports: FollowRepositoryPorts,
): Promise<void> {
  const source = `repository:${repo.repoId}:${happened}:${at}`;
  const known = await ports.histories.of(repo.repoId);
  const was = known?.repo ?? repo;
  switch (happened) {
    case "changed":
      await ports.records.follow(repo);
      return;
    case "made-public":
      await ports.records.follow(repo);
      await tellIncidents(repo, happened, source, ports);
      if (known?.reason !== "made-public" || known.state === "done" || known.state === "failed")
        await ports.histories.begin(repo, "made-public");
      return;
    case "transferred":
      // Another account is another installation, with fingerprints of its own: for it the repository is new.
      await tellIncidents(was, happened, source, ports, repo.installationId);
      await ports.records.follow(repo);
      if (was.installationId === repo.installationId) return;
      await ports.records.forget(was.installationId, repo.repoId);
      await ports.dropCaches(was.installationId, repo.repoId);
      await ports.histories.begin(repo, "installed");
      return;
    case "deleted":
      await tellIncidents(repo, happened, source, ports);
      await forget(repo.installationId, repo.repoId, ports);
      ports.log.info("a repository was deleted; its incidents stay", { repo: repo.repoId });
  }
}

/** What an installation cannot see any more is not read any more. Safe to repeat. */
export async function forgetRepository(
  { installationId, repoId, fullName }: ForgetRepository["data"],
  ports: FollowRepositoryPorts,
): Promise<void> {
  const known = await ports.histories.of(repoId);
  // It was transferred, and belongs to another installation by now.
  const isOurs = known === null || known.repo.installationId === installationId;
  const [owner = "", name = ""] = fullName.split("/");
  const source = `repository:${repoId}:removed:${known?.round ?? 0}`;
  await tellIncidents({ installationId, repoId, owner, name }, "removed", source, ports);
  if (isOurs) await ports.records.forget(installationId, repoId);
  await ports.dropCaches(installationId, repoId);
  ports.log.info("a repository is not shown to the installation any more", {
    installation: installationId,
    repo: repoId,
  });
}

/** An installation was deleted: its work is dropped, and everything but its incidents. Safe to repeat. */
export async function forgetInstallation(
  { installationId }: ForgetInstallation["data"],
  { records, dropCaches, log }: FollowRepositoryPorts,
): Promise<void> {
  await records.forgetInstallation(installationId);
  await dropCaches(installationId, "all");
  log.info("an installation was deleted; its incidents stay", { installation: installationId });
}

async function forget(installationId: number, repoId: number, ports: FollowRepositoryPorts): Promise<void> {
  await ports.records.forget(installationId, repoId);
  await ports.dropCaches(installationId, repoId);
}

/** Writes into the timeline of each of its incidents what happened, and what it was called then. */
async function tellIncidents(
  { installationId, repoId, owner, name }: Pick<RepoRef, "installationId" | "repoId" | "owner" | "name">,
  happened: Exclude<RepositoryHappening, "changed">,
  source: string,
  ports: FollowRepositoryPorts,
  except: number | null = null,
): Promise<void> {
  const incidents = await ports.records.incidentsOf(repoId);
  const told = incidents.filter((one) =>
    except === null ? one.installationId === installationId : one.installationId !== except,
  );
  const event = { kind: "repositoryChanged", how: happened, repository: `${owner}/${name}` } as const;
  for (const { id } of told) await recordEvents(id, () => [event], ports, source);
}
