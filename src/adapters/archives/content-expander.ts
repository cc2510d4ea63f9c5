import { type ContainerKind, containerKindOf, type OpenableKind } from "../../core/scan/container-kind.ts";
import type { ContentExpander, Expanded } from "../../core/scan/expand.ts";
import type { SourceText } from "../../core/scan/source-text.ts";
import { type Allowance, createAllowance } from "./allowance.ts";
import { openerOf, sealedNames } from "./choose-opener.ts";
import { shownName } from "./entry-name.ts";
import { createGapBook, type GapBook } from "./gap-book.ts";
import { defaultExpandLimits, type ExpandLimits, sizeText } from "./limits.ts";
import { gapOf, type Part } from "./part.ts";
import { createUnpackWorker, type UnpackWorker } from "./unpack-worker-client.ts";

/** What a session works with. */
type Work = { readonly limits: ExpandLimits; readonly allowance: Allowance; readonly worker: UnpackWorker };

type Container = {
  readonly kind: ContainerKind;
  readonly source: SourceText;
  readonly via: readonly string[];
  readonly level: number;
};

/**
 * Opens archives, compressed files, documents, notebooks and databases. Nothing is written to disk. What needs much time or memory
 * for few bytes is opened in a worker thread, started when first needed, that can be ended; `close` ends it at last.
 */
export function createContentExpander(
  limits: ExpandLimits = defaultExpandLimits,
): ContentExpander & { readonly close: () => Promise<void> } {
  const worker = createUnpackWorker(limits.workerMegabytes);
  return {
    session: () => {
      const work: Work = { limits, allowance: createAllowance(limits, () => performance.now()), worker };
      return {
        expand: (source, level) => {
          const kind = containerKindOf(source.bytes, source.path);
          return kind === null ? null : guarded({ kind, source, via: [], level }, work);
        },
      };
    },
    close: worker.close,
  };
}

/** The clock runs only while something is being opened, and the number of gaps is kept readable. */
async function* guarded(container: Container, work: Work): AsyncGenerator<Expanded> {
  let gaps = 0;
  const entries = expandContainer(container, work);
  try {
    for (;;) {
      work.allowance.runClock();
      const next = await entries.next();
      work.allowance.stopClock();
      if (next.done === true) break;
      if (next.value.kind === "gap" && ++gaps > work.limits.gaps) continue;
      yield next.value;
    }
  } finally {
    work.allowance.stopClock();
    await entries.return(undefined);
  }
  const untold = gaps - work.limits.gaps;
  const { path } = container.source;
  const detail = `${untold} more places inside this file could not be read.`;
  if (untold > 0) yield { kind: "gap", gap: { path, reason: "too-large", detail } };
}

async function* expandContainer(container: Container, work: Work): AsyncGenerator<Expanded> {
  const { kind, source, level } = container;
  const gaps = createGapBook(source.path);
  if (kind in sealedNames) {
    gaps.note(gapOf("", "unsupported", `${sealedNames[kind as keyof typeof sealedNames]}, which Keyward cannot open.`));
  } else if (level >= work.limits.depth) {
    gaps.note(gapOf("", "too-deep", `More than ${work.limits.depth} containers inside each other.`));
  } else if (source.bytes.length > work.limits.sourceBytes) {
    gaps.note(
      gapOf("", "too-large", `Larger than the ${sizeText(work.limits.sourceBytes)} up to which it would be opened.`),
    );
  } else {
    yield* expandParts(container, kind as OpenableKind, gaps, work);
  }
  // What could not be opened is at least looked at as it is; a file's own bytes are looked at by whoever asked.
  if (container.via.length > 0 && kind !== "notebook" && gaps.concernWhole())
    yield { kind: "text", source, via: container.via, inPlainSight: false };
  for (const gap of gaps.told()) yield { kind: "gap", gap };
}

async function* expandParts(
  container: Container,
  kind: OpenableKind,
  gaps: GapBook,
  work: Work,
): AsyncGenerator<Expanded> {
  const { source } = container;
  const { allowance, limits, worker } = work;
  try {
    const open = await openerOf(kind);
    for await (const part of open({ bytes: source.bytes, path: source.path, allowance, worker })) {
      if (part.kind === "gap") gaps.note(part);
      else if (part.step === undefined && !allowance.takeEntry()) {
        gaps.note(gapOf("", "too-large", `More than the ${limits.entries} entries that are read of one file.`));
        return;
      } else yield* expandPart(part, container, kind, work);
      if (allowance.millisLeft() === 0) {
        // Unless the part says so itself.
        if (part.kind === "part" || part.reason !== "timeout")
          gaps.note(
            gapOf("", "timeout", `Opening it took more than ${limits.millis / 1000} s; the rest was not read.`),
          );
        return;
      }
    }
  } catch (error) {
    // A library that throws: its message could quote content, its name cannot.
    const name = error instanceof Error ? error.name : "unknown error";
    gaps.note(gapOf("", "corrupt", `Could not be opened as ${kind} (${name}).`));
  }
}

async function* expandPart(part: Part, container: Container, kind: OpenableKind, work: Work): AsyncGenerator<Expanded> {
  const via = [...container.via, kind, ...(part.step === undefined ? [] : [part.step])];
  const outer = container.source.path;
  work.allowance.takeBytes(part.bytes.length);
  const path = `${outer}!/${shownName(part.name)}`;
  const inner = part.step === undefined ? containerKindOf(part.bytes, part.name) : null;
  const inPlainSight = kind === "notebook";
  if (inner === null || inner === "notebook")
    yield { kind: "text", source: { path, bytes: part.bytes }, via, inPlainSight };
  if (inner === null) return;
  // `app.tar.gz!/config.yml`, as nobody thinks of the tar between.
  const source = { path: isWrapper(kind) ? outer : path, bytes: part.bytes };
  yield* expandContainer({ kind: inner, source, via, level: container.level + 1 }, work);
}

const isWrapper = (kind: OpenableKind): boolean => ["gzip", "bzip2", "xz", "zstd"].includes(kind);
