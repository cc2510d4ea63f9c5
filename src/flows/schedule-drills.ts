import { errorKind } from "../core/errors/error-kind.ts";
import { isDrillDue } from "../core/incident/drill-schedule.ts";
import type { DrillScheduleOf } from "./ports/drill-schedule.ts";
import type { Watermarks } from "./ports/hook-deliveries.ts";
import type { Installations } from "./ports/installations.ts";
import type { Clock, Logger } from "./ports/system.ts";
import { startDrill, type DrillPorts } from "./start-drill.ts";

export type ScheduleDrillPorts = DrillPorts & {
  readonly installations: Pick<Installations, "all">;
  readonly drillScheduleOf: DrillScheduleOf;
  readonly watermarks: Watermarks;
  readonly clock: Clock;
  readonly log: Logger;
};

/** Starts every drill whose time has come. One that cannot be started does not hold up the others. Safe to repeat: a day has one. */
export async function scheduleDrills(ports: ScheduleDrillPorts): Promise<void> {
  for (const { installationId } of await ports.installations.all()) {
    try {
      await drillsOf(installationId, ports);
    } catch (cause) {
      ports.log.error("the drills of an installation could not be started; it is tried again in an hour", {
        installation: installationId,
        ...errorKind(cause),
      });
    }
  }
}

async function drillsOf(installationId: number, ports: ScheduleDrillPorts): Promise<void> {
  const { drills, watermarks, clock, log } = ports;
  const schedule = await ports.drillScheduleOf(installationId);
  for (const fullName of schedule.repositories) {
    const now = clock();
    const mark = `drill:${installationId}:${fullName.toLowerCase()}`;
    if (!isDrillDue(await watermarks.get(mark), schedule, now)) continue;
    const repo = await drills.find(installationId, fullName);
    const problem =
      repo === null
        ? "Keyward does not see the repository: is the app installed on it?"
        : await startDrill({ repo, id: `scheduled-${now.slice(0, 10)}` }, ports);
    if (problem === null) log.info("a drill was started by the calendar", { repo: repo?.repoId });
    else log.warn("a drill that is due could not be started", { installation: installationId, problem });
    // What cannot be done today is not tried every hour.
    await watermarks.set(mark, now);
  }
}
