import type { DrillSchedule } from "../../core/incident/drill-schedule.ts";

/** What an organization's administrators want to be rehearsed by the calendar. */
export type DrillScheduleOf = (installationId: number) => Promise<DrillSchedule>;

/** Starts the drills whose time has come. */
export type ScheduleDrills = { readonly name: "schedule-drills"; readonly data: { readonly minute: string } };
