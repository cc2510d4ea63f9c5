/**
 * Labelled data in the layout of Samsung's CredData: `meta/<repository>.csv` with a row for each labelled place, `data/<repository>/…` with the
 * files. The counting rule is the line-based one of that data set's table: a *unit* is a distinct (file, first line, last line).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type Row = {
  readonly id: string;
  readonly repo: string;
  /** Relative to `data/`. */
  readonly path: string;
  readonly first: number;
  readonly last: number;
  readonly isTrue: boolean;
  /** Columns of the value in characters from 0; -1 where not given. */
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly categories: readonly string[];
};

/** Categories that are not credentials by themselves; neither wanted nor penalised. */
export const ignoredCategories: ReadonlySet<string> = new Set([
  "UUID",
  "Nonce",
  "Salt",
  "AWS S3 Bucket",
  "Firebase Domain",
  "Tencent WeChat API App ID",
]);

/** Whether a row is left out of the count. */
export const isIgnored = (row: Row): boolean => row.categories.every((category) => ignoredCategories.has(category));

/** Reads all rows below a folder with `meta` and `data`. */
export function readRows(base: string): readonly Row[] {
  const tables = readdirSync(join(base, "meta")).filter((name) => name.endsWith(".csv"));
  return tables.sort().flatMap((name) => readTable(readFileSync(join(base, "meta", name), "utf8")));
}

function readTable(text: string): readonly Row[] {
  const [head = "", ...lines] = text.trim().split(/\r?\n/);
  const columns = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    const cell = (column: string): string => cells[columns.indexOf(column)] ?? "";
    return {
      id: cell("Id"),
      repo: cell("RepoName"),
      path: cell("FilePath").replace(/^data\//, ""),
      first: Number(cell("LineStart")),
      last: Number(cell("LineEnd")),
      isTrue: cell("GroundTruth") === "T",
      valueStart: cell("ValueStart") === "" ? -1 : Number(cell("ValueStart")),
      valueEnd: cell("ValueEnd") === "" ? -1 : Number(cell("ValueEnd")),
      categories: cell("Category").split(":"),
    };
  });
}

/** A finding as the counting rule sees it. */
export type FoundLines = { readonly path: string; readonly line: number; readonly endLine: number };

export type Count = { readonly tp: number; readonly fp: number; readonly fn: number };

type Unit = { readonly first: number; readonly last: number; readonly rows: Row[] };

/**
 * Counts findings against rows: a finding that overlaps a true unit finds it; one that overlaps only ignored rows counts for nothing; each
 * other false unit or unlabelled line that is hit counts once against.
 */
export function countFindings(found: readonly FoundLines[], rows: readonly Row[]): Count {
  const units = unitsByFile(rows);
  const hit = new Set<Unit>();
  const wrong = new Set<Unit | string>();
  for (const finding of found) {
    if (/\/(?:COPYING|LICENSE)/.test(`/${finding.path.toUpperCase()}`)) continue;
    const covered = (units.get(finding.path) ?? []).filter(
      (unit) => unit.first <= finding.endLine && finding.line <= unit.last,
    );
    const live = covered.flatMap((unit) => unit.rows.filter((row) => !isIgnored(row)).map((row) => ({ unit, row })));
    const good = live.filter(({ row }) => row.isTrue);
    for (const { unit } of good) hit.add(unit);
    if (good.length > 0 || covered.some((unit) => unit.rows.some(isIgnored))) continue;
    const smallest = live.toSorted(
      (a, b) => a.unit.last - a.unit.first - (b.unit.last - b.unit.first) || a.unit.first - b.unit.first,
    )[0];
    wrong.add(smallest?.unit ?? `${finding.path}:${finding.line}`);
  }
  const wanted = [...units.values()].flat().filter((unit) => unit.rows.some((row) => row.isTrue && !isIgnored(row)));
  const fp = [...wrong].filter((unit) => typeof unit === "string" || !hit.has(unit)).length;
  return { tp: wanted.filter((unit) => hit.has(unit)).length, fp, fn: wanted.filter((unit) => !hit.has(unit)).length };
}

function unitsByFile(rows: readonly Row[]): ReadonlyMap<string, Unit[]> {
  const files = new Map<string, Map<string, Unit>>();
  for (const row of rows) {
    const units = files.get(row.path) ?? new Map<string, Unit>();
    const key = `${row.first}-${row.last}`;
    const unit = units.get(key) ?? { first: row.first, last: row.last, rows: [] };
    unit.rows.push(row);
    files.set(row.path, units.set(key, unit));
  }
  return new Map([...files].map(([path, units]) => [path, [...units.values()]]));
}

/** Precision, recall and their harmonic mean. */
export function ratesOf({ tp, fp, fn }: Count): {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
} {
  const precision = tp + fp === 0 ? 0 : tp / (tp + fp);
  const recall = tp + fn === 0 ? 0 : tp / (tp + fn);
  return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}
