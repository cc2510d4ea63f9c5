/** A webhook delivery whose signature was right. `payload` holds the bytes as they came. */
export type Delivery = {
  readonly guid: string;
  readonly event: string;
  /** null: the event belongs to no installation (`ping`). */
  readonly installationId: number | null;
  readonly receivedAt: string;
  readonly payload: Uint8Array;
};

export type DeliveryStore = {
  /** Stores the delivery (its payload sealed) and queues its `handle-delivery` job, both or neither. `"duplicate"`: its GUID is known. */
  readonly accept: (delivery: Delivery) => Promise<"accepted" | "duplicate">;
  /** The delivery; null if it is unknown, or done. */
  readonly take: (guid: string) => Promise<Delivery | null>;
  /** Those of the GUIDs under which nothing was ever stored. */
  readonly unknown: (guids: readonly string[]) => Promise<readonly string[]>;
  /** Forgets the payload; the GUID stays known. */
  readonly done: (guid: string) => Promise<void>;
};
