import type { Span } from "../finding.ts";
import { createLineIndex } from "../line-index.ts";
import type { ScanGap } from "../scanner.ts";
import type { SourceText } from "../source-text.ts";
import { byteTextOf } from "../byte-text.ts";
import type { DecodeLimits, Decoder } from "./decoder.ts";
import { transcoded } from "./transcode.ts";

/** A text to scan: a file as it is, or something decoded from it. */
export type Layer = {
  readonly text: string;
  readonly via: readonly string[];
  /** The span in the stored file of a stretch of this text. */
  readonly spanOf: (start: number, end: number) => Span;
  /** The stretch of the layer above that this one was decoded from; `null` for the file itself. */
  readonly from: { readonly layer: Layer; readonly start: number; readonly end: number } | null;
};

/**
 * A file's text, and everything that can be decoded from it, each layer after the one it comes from. What goes beyond the
 * limits is reported as a gap.
 */
export function layersOf(
  source: SourceText,
  decoders: readonly Decoder[],
  limits: DecodeLimits,
): { readonly layers: readonly Layer[]; readonly gaps: readonly ScanGap[] } {
  const layers = [rootLayer(source)];
  const gaps: ScanGap[] = [];
  let budget = limits.bytes;
  for (let at = 0; at < layers.length; at++) {
    const layer = layers[at];
    if (layer === undefined || depthOf(layer) >= limits.depth) continue;
    for (const child of decodedFrom(layer, decoders)) {
      budget -= child.text.length;
      if (budget < 0) {
        gaps.push({
          path: source.path,
          reason: "too-large",
          detail: `more than ${limits.bytes} bytes of decoded text`,
        });
        return { layers, gaps };
      }
      layers.push(child);
    }
  }
  return { layers, gaps };
}

function rootLayer(source: SourceText): Layer {
  const { text, via, spanOf } = transcoded(byteTextOf(source.bytes)) ?? {
    text: byteTextOf(source.bytes),
    via: [],
    spanOf: null,
  };
  return { text, via, spanOf: spanOf ?? createLineIndex(text).spanOf, from: null };
}

function depthOf(layer: Layer): number {
  return layer.from === null ? 0 : depthOf(layer.from.layer) + 1;
}

function* decodedFrom(layer: Layer, decoders: readonly Decoder[]): Generator<Layer> {
  for (const decoder of decoders) {
    for (const { start, end, decoded } of decoder.find(layer.text)) {
      let span: Span | null = null;
      const spanOf = (): Span => (span ??= layer.spanOf(start, end));
      yield { text: decoded, via: [...layer.via, decoder.name], spanOf, from: { layer, start, end } };
    }
  }
}
