import { gapOf, type PartGap, tooLarge } from "./part.ts";

/** Results of xz_dec_run(), https://tukaani.org/xz/embedded.html (xz.h). */
const dictionaryTooLarge = 4;
const optionsNotKnown = 6;

/** Unpacks at most `room` bytes of xz data, several streams one after another included. What came before damage is kept. */
export async function unxz(
  packed: Uint8Array,
  room: number,
): Promise<{ readonly bytes: Uint8Array; readonly gap: PartGap | null }> {
  const { XzReadableStream } = (await import("xz-decompress")).default;
  const chunks: Uint8Array[] = [];
  let length = 0;
  let gap: PartGap | null = null;
  try {
    for await (const chunk of new XzReadableStream(streamOf(packed))) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > room) break;
    }
  } catch (error) {
    gap = gapFor(error);
  }
  return { bytes: Buffer.concat(chunks).subarray(0, room), gap: length > room ? tooLarge("", room) : gap };
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

function gapFor(error: unknown): PartGap {
  const code = Number(/error code (\d+)/.exec(error instanceof Error ? error.message : "")?.[1]);
  if (code === dictionaryTooLarge) {
    return gapOf("", "too-large", "This xz data needs a larger dictionary in memory than Keyward gives it.");
  }
  if (code === optionsNotKnown) {
    return gapOf("", "unsupported", "This xz data uses a filter or checksum that Keyward does not read.");
  }
  return gapOf("", "corrupt", "Damaged xz data; what came before the damage was scanned.");
}
