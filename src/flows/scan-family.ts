import { containerKindOf } from "../core/scan/container-kind.ts";
import type { CommitExcuse } from "../core/scan/commit-excuse.ts";
import type { ConfidenceLevel } from "../core/scan/finding.ts";
import { levelFrom } from "../core/scan/confidence.ts";
import type { EngineScanner, Suspicion } from "../core/scan/engine/engine-scanner.ts";
import { piecesOf } from "../core/scan/pieces.ts";
import type { ContentScanner } from "../core/scan/scanner.ts";
import type { PackedObject } from "./ports/packed-objects.ts";
import type { SeenLines } from "./ports/seen-lines.ts";
import { type LocalFinding, type LocalResult, type LocalUnread, scanLocalFile } from "./scan-local-file.ts";

/** Where a blob stands. */
export type FamilyPlace = { readonly path: string; readonly judgedAs: string; readonly commit?: string };

export type FamilyScanner = {
  readonly scanner: ContentScanner;
  readonly suspect: EngineScanner["suspect"];
  /** Paths with the same name get the same answers (`placeKinds`). */
  readonly kindOfPlace: (path: string) => string;
  readonly minConfidence: ConfidenceLevel;
  readonly isExcused: CommitExcuse | null;
  readonly seen: SeenLines;
  /** Whether containers are opened. */
  readonly opensContainers: boolean;
};

/** What is known of an object at one kind of place, for those that are made from it. */
type Known = {
  /** What is made from it must be looked at whole. */
  readonly whole: boolean;
  /** Something was found in it. */
  readonly found: boolean;
  /** How many, one made from the other, were scanned since one of them could have had a finding and had none; 0: none of them could. */
  readonly suspected: number;
  readonly keywords: ReadonlySet<number>;
};

/**
 * Scans blobs that are made from each other: one that stands whole is looked at whole, the others where they are new, and what could have a finding is
 * scanned whole, so that the findings are those of a scan of each blob by itself. One result for all of them. `placesOf` gives where a blob stands, nothing for
 * one that only others are made from; `unreadOf` why a blob is not content. `onClean` is told of each in which there is nothing to find.
 */
export async function scanFamily(
  objects: Iterable<PackedObject>,
  placesOf: (place: number) => readonly FamilyPlace[],
  unreadOf: (bytes: Uint8Array) => Pick<LocalUnread, "reason" | "detail"> | null,
  by: FamilyScanner,
  onClean: (place: number, size: number) => void = () => undefined,
): Promise<LocalResult> {
  const findings: LocalFinding[] = [];
  const unread: LocalUnread[] = [];
  let [files, bytes] = [0, 0];
  const known = new Map<number, ReadonlyMap<string, Known>>();
  const take = (result: LocalResult): void => {
    files += result.files;
    bytes += result.bytes;
    findings.push(...result.findings);
    unread.push(...result.unread);
  };
  const scanAt = async (places: readonly FamilyPlace[], content: Uint8Array): Promise<boolean> => {
    const before = findings.length;
    for (const place of places)
      take(await scanLocalFile({ ...place, bytes: content }, by.scanner, by.minConfidence, by.isExcused));
    return findings.length > before;
  };
  const scanObject = async (
    object: PackedObject,
    { kind, places }: { readonly kind: string; readonly places: readonly FamilyPlace[] },
    ofBase: Known | undefined,
  ): Promise<Known> => {
    // What its base has it will have too, as a rule: then there is no need to look first.
    const isScanned = ofBase?.found === true;
    if (isScanned && (await scanAt(places, object.bytes))) return { ...asWhole, found: true };
    // And what could have a finding and had none is as a rule so again, which only a scan can tell.
    const suspected = ofBase?.suspected ?? 0;
    if (suspected > 0 && suspected < lookAgain) {
      const found = await scanAt(places, object.bytes);
      return { ...asWhole, found, suspected: found ? 0 : suspected + 1 };
    }
    const { mayFind, ...seen } = look(object, { kind, path: places[0]?.judgedAs ?? "" }, ofBase, by);
    const suspicious = { ...seen, found: false, suspected: Number(mayFind) };
    if (isScanned) return suspicious;
    if (mayFind) return (await scanAt(places, object.bytes)) ? { ...seen, found: true, suspected: 0 } : suspicious;
    for (const { path } of places) take({ path, files: 1, bytes: object.bytes.length, findings: [], unread: [] });
    return suspicious;
  };
  for (const object of objects) {
    const places = placesOf(object.place);
    if (places.length === 0) continue;
    const problem = unreadOf(object.bytes);
    if (problem !== null) {
      for (const { path, commit } of places)
        unread.push({ path, ...problem, ...(commit === undefined ? {} : { commit }) });
      continue;
    }
    const ofBase = object.base === null ? undefined : known.get(object.base);
    const kinds = new Map<string, Known>();
    const before = findings.length + unread.length;
    for (const [kind, alike] of Map.groupBy(places, ({ judgedAs }) => by.kindOfPlace(judgedAs)))
      kinds.set(kind, await scanObject(object, { kind, places: alike }, ofBase?.get(kind)));
    known.set(object.place, kinds);
    // What a commit excused is not clean wherever else it stands.
    if (findings.length + unread.length === before && by.isExcused === null) onClean(object.place, object.bytes.length);
  }
  return { path: "", files, bytes, findings, unread };
}

const none: ReadonlySet<number> = new Set();
/** Of an object that was scanned without a look at it. */
const asWhole = { whole: true, suspected: 0, keywords: none } as const;
/** After so many there is a look whether the next one could still have a finding. */
const lookAgain = 4;

function look(
  { bytes, news }: PackedObject,
  { kind, path }: { readonly kind: string; readonly path: string },
  ofBase: Known | undefined,
  { suspect, seen, minConfidence, opensContainers }: FamilyScanner,
): Pick<Known, "whole" | "keywords"> & { readonly mayFind: boolean } {
  if (opensContainers && containerKindOf(bytes, path) !== null) return { mayFind: true, whole: true, keywords: none };
  const least = levelFrom[minConfidence];
  const before = ofBase?.keywords ?? none;
  let atWhole: Suspicion | null = null;
  if (ofBase?.whole !== true) {
    const about = before.size === 0 ? kind : `${kind} ${[...before].sort((a, b) => a - b).join(" ")}`;
    const fresh = seen.fresh(bytes, ofBase === undefined ? [0, bytes.length] : news, about);
    const pieces = fresh.length === 0 ? nothing : piecesOf(bytes, fresh);
    const at = pieces?.length === 0 ? unsuspicious : suspect({ path, bytes: pieces ?? bytes }, least, before);
    if (!at.mayFind && !at.mayGoOn && at.keywords.length === 0) {
      seen.keep();
      return { mayFind: false, whole: false, keywords: before };
    }
    if (pieces === null && before.size === 0) atWhole = at;
  }
  const { mayFind, mayGoOn, keywords } = atWhole ?? suspect({ path, bytes }, least, none);
  return { mayFind, whole: mayGoOn, keywords: sameOr(before, keywords) };
}

const nothing = new Uint8Array(0);
const unsuspicious: Suspicion = { mayFind: false, mayGoOn: false, keywords: [] };

/** Sets are shared where nothing is new: there are as many as objects. */
function sameOr(before: ReadonlySet<number>, words: readonly number[]): ReadonlySet<number> {
  return words.every((word) => before.has(word)) && words.length === before.size ? before : new Set(words);
}
