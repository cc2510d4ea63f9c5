/**
 * Waits for PostgreSQL's `notify` on a channel until closed. `onConnected` is called at once and after each reconnection: what
 * was said in between is lost.
 */
export type Listen = (
  channel: string,
  onNotification: (payload: string) => void,
  onConnected: () => void,
) => Promise<{ readonly close: () => Promise<void> }>;
