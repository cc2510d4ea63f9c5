import type { z } from "zod";
import { nearest } from "../scan/rules/nearest.ts";
import { isTable, parseTable, type Report } from "../scan/rules/parse-table.ts";
import {
  handlingKeys,
  httpProbeSchema,
  playbookSchema,
  revocationSchema,
  specialProbeSchema,
  type HandlingKey,
  type HttpProbe,
  type PlaybookTable,
  type Revocation,
  type SpecialProbe,
} from "./provider-tables.ts";

/** What is to be done about a provider's credentials, table by table. */
export type Handling = {
  readonly playbooks: readonly PlaybookTable[];
  readonly probes: readonly (HttpProbe | SpecialProbe)[];
  readonly revocations: readonly Revocation[];
};

export const noHandling: Handling = { playbooks: [], probes: [], revocations: [] };

/** Takes `[playbook]`, `[probe]` and `[revocation]` out of the top of a provider's file; the rest is given back as it is. */
export function splitHandling(top: object): {
  readonly rest: object;
  readonly tables: Readonly<Record<string, unknown>>;
} {
  const entries = Object.entries(top);
  const isHandling = ([key]: readonly [string, unknown]): boolean => handlingKeys.includes(key as HandlingKey);
  return {
    rest: Object.fromEntries(entries.filter((entry) => !isHandling(entry))),
    tables: Object.fromEntries(entries.filter(isHandling)),
  };
}

/** Checks the tables and that each is for rules of the file. A table with something wrong is reported and left out. */
export function readHandling(
  tables: Readonly<Record<string, unknown>>,
  ruleIds: readonly string[],
  report: Report,
): Handling {
  const read = <Schema extends z.ZodObject>(key: HandlingKey, schemaOf: (value: unknown) => Schema) =>
    listOf(tables[key]).flatMap(({ value, place }) => {
      const table = parseTable(schemaOf(value), value, [key, ...place], "strict", report);
      return table === null || !isForRules(table, ruleIds, [key, ...place], report) ? [] : [table];
    });
  return {
    playbooks: read("playbook", () => playbookSchema),
    probes: [...read("probe", (value) => (isSpecial(value) ? specialProbeSchema : httpProbeSchema))] as readonly (
      HttpProbe | SpecialProbe
    )[],
    revocations: read("revocation", () => revocationSchema),
  };
}

/** `[probe]` is one, `[[probe]]` are several. */
function listOf(value: unknown): readonly { readonly value: unknown; readonly place: readonly number[] }[] {
  if (value === undefined) return [];
  return Array.isArray(value)
    ? value.map((one: unknown, index) => ({ value: one, place: [index] }))
    : [{ value, place: [] }];
}

const isSpecial = (value: unknown): boolean => isTable(value) && "special" in value;

function isForRules(
  table: Readonly<Record<string, unknown>>,
  ruleIds: readonly string[],
  place: readonly PropertyKey[],
  report: Report,
): boolean {
  const asked = Array.isArray(table["rules"]) ? table["rules"].map(String) : [];
  const strangers = asked.filter((id) => !ruleIds.includes(id));
  for (const id of strangers) {
    const near = nearest(id, ruleIds);
    const hint = near === null ? "" : `; did you mean "${near}"?`;
    report("error", [...place, "rules"], `there is no rule "${id}" in this file${hint}`);
  }
  return strangers.length === 0;
}
