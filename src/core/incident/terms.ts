/** How loud an incident is: how soon it must be contained, and how old its credential may get. */
export const incidentClasses = ["low", "moderate", "high"] as const;
export type IncidentClass = (typeof incidentClasses)[number];

/** When people are at work. `days`: 1 is Monday; times are `HH:MM` on the wall clock of the zone. */
export type WorkingHours = {
  /** An IANA name, such as `Europe/Zurich`. */
  readonly timeZone: string;
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
  /** The classes whose reminders wait for them; absent: those below high. */
  readonly classes?: readonly IncidentClass[];
};

/** What holds for one incident, as the configuration said when it was looked into. */
export type Terms = {
  readonly class: IncidentClass;
  /** Within which the old credential is to be out of reach. */
  readonly containMinutes: number;
  /** Within which the incident is to be over. */
  readonly maxAgeDays: number;
  /** How long the old credential may live beside the new one. */
  readonly overlapHours: number;
  /** Between reminders once the time is over. */
  readonly remindEveryHours: number;
  /** Reminders wait for them, where the class is one that waits; null: any time will do. */
  readonly workingHours: WorkingHours | null;
  /** Told when the time is over: `org/team` or a login; null: nobody. */
  readonly escalateTo: string | null;
  /** Whether the provider may be asked if the credential is alive. */
  readonly probing: boolean;
};

/** The clocks of a class where nothing else is configured. */
export const classClocks: Readonly<Record<IncidentClass, Pick<Terms, "containMinutes" | "maxAgeDays">>> = {
  high: { containMinutes: 60, maxAgeDays: 30 },
  moderate: { containMinutes: 24 * 60, maxAgeDays: 90 },
  low: { containMinutes: 7 * 24 * 60, maxAgeDays: 365 },
};

/** The terms of a class where nothing is configured. */
export const defaultTerms = (of: IncidentClass): Terms => ({
  class: of,
  ...classClocks[of],
  overlapHours: 24,
  remindEveryHours: 24,
  workingHours: null,
  escalateTo: null,
  probing: false,
});

/** One class up, as far as there is one. */
export const louder = (than: IncidentClass): IncidentClass =>
  incidentClasses[incidentClasses.indexOf(than) + 1] ?? than;
