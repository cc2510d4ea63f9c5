import { byteTextOf, bytesOfByteText } from "../byte-text.ts";
import type { Span } from "../finding.ts";
import { createLineIndex } from "../line-index.ts";
import type { Embedded, ScanGap } from "../scanner.ts";
import type { SourceText } from "../source-text.ts";
import { decodedText } from "./decoded-text.ts";
import type { DecodedRun, DecodeLimits, Decoder } from "./decoder.ts";
import { transcoded } from "./transcode.ts";
import { isContainer } from "./worth.ts";

/** A text to scan: a file as it is, or what one decoder made of it, in the lines it stands in. */
export type Layer = {
  readonly text: string;
  readonly via: readonly string[];
  /** The span in the stored file of a stretch of this text. */
  readonly spanOf: (start: number, end: number) => Span;
  /**
   * Whether some of a stretch is new in this layer. Everything is in the file itself. Asked for a match with the characters
   * beside it, as these decide where words end.
   */
  readonly isNew: (start: number, end: number) => boolean;
  /** The layer above, and the stretch of it that a stretch of this one comes from; `null` for the file itself. */
  readonly above: {
    readonly layer: Layer;
    readonly rangeOf: (start: number, end: number) => readonly [start: number, end: number];
  } | null;
};

export type Layers = {
  readonly layers: readonly Layer[];
  readonly embedded: readonly Embedded[];
  readonly gaps: readonly ScanGap[];
};

/**
 * A file's text, and everything that can be decoded from it, each layer after the one it comes from; and the containers that
 * came out of decoding. What goes beyond the limits is reported as a gap.
 */
export function layersOf(
  source: SourceText,
  decoders: readonly Decoder[],
  limits: DecodeLimits,
  textOf: (bytes: Uint8Array) => string = byteTextOf,
): Layers {
  const layers = [rootLayer(source, textOf)];
  const embedded: Embedded[] = [];
  let budget = Math.max(limits.bytes, limits.share * source.bytes.length);
  for (let at = 0; at < layers.length; at++) {
    const layer = layers[at];
    if (layer === undefined || depthOf(layer) >= limits.depth) continue;
    for (const decoder of decoders) {
      const runs = runsIn(layer, decoder, budget);
      if (runs === null) return { layers, embedded, gaps: [tooMuch(source.path)] };
      budget -= lengthOf(runs);
      const containers = runs.filter(({ decoded }) => isContainer(decoded));
      embedded.push(...containers.map((run) => toEmbedded(run, layer, decoder)));
      const texts = containers.length === 0 ? runs : runs.filter((run) => !containers.includes(run));
      if (texts.length > 0) layers.push(layerBelow(layer, decoder, texts));
    }
  }
  return { layers, embedded, gaps: [] };
}

const tooMuch = (path: string): ScanGap => ({
  path,
  reason: "too-large",
  detail: "So much of it is encoded text inside encoded text that it was not decoded to the end.",
});

function rootLayer(source: SourceText, textOf: (bytes: Uint8Array) => string): Layer {
  const bytes = textOf(source.bytes);
  const { text, via, spanOf } = transcoded(bytes) ?? { text: bytes, via: [], spanOf: createLineIndex(bytes).spanOf };
  return { text, via, spanOf, isNew: () => true, above: null };
}

function depthOf(layer: Layer): number {
  return layer.above === null ? 0 : depthOf(layer.above.layer) + 1;
}

/** What is encoded in a layer and was not seen in the one above; `null` if it is more than fits. */
function runsIn(layer: Layer, decoder: Decoder, budget: number): readonly DecodedRun[] | null {
  const runs: DecodedRun[] = [];
  let length = 0;
  for (const run of decoder.find(layer.text)) {
    if (!layer.isNew(run.start - 1, run.end + 1)) continue;
    length += run.decoded.length;
    if (length > budget) return null;
    runs.push(run);
  }
  return runs;
}

const lengthOf = (runs: readonly DecodedRun[]): number => runs.reduce((sum, { decoded }) => sum + decoded.length, 0);

function layerBelow(layer: Layer, decoder: Decoder, runs: readonly DecodedRun[]): Layer {
  const { text, rangeOf, isDecoded } = decodedText(layer.text, runs);
  return {
    text,
    via: [...layer.via, decoder.name],
    spanOf: (start, end) => layer.spanOf(...rangeOf(start, end)),
    isNew: isDecoded,
    above: { layer, rangeOf },
  };
}

const toEmbedded = ({ start, end, decoded }: DecodedRun, layer: Layer, decoder: Decoder): Embedded => ({
  bytes: bytesOfByteText(decoded),
  via: [...layer.via, decoder.name],
  span: layer.spanOf(start, end),
});
