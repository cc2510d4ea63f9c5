import type { ScanGap } from "../../core/scan/scanner.ts";
import { sizeText } from "./limits.ts";

/** One thing inside a container. */
export type Part = {
  readonly kind: "part";
  /** As the container has it; made harmless by whoever shows it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** A further step on the way in: `text` for the text of a document's markup. Such a part is not opened further. */
  readonly step?: string;
};

/** Something inside that could not be had. The empty name means the container as a whole. Details never quote content. */
export type PartGap = { readonly kind: "gap"; readonly name: string } & Pick<ScanGap, "reason" | "detail">;

export const gapOf = (name: string, reason: ScanGap["reason"], detail: string): PartGap => ({
  kind: "gap",
  name,
  reason,
  detail,
});

/** For an entry that was cut at its room. */
export const tooLarge = (name: string, room: number): PartGap =>
  gapOf(
    name,
    "too-large",
    room === 0
      ? "Not unpacked: the limit for everything inside one file is used up."
      : `Unpacks to more than ${sizeText(room)}, the limit for its packed size; only that much was scanned.`,
  );
