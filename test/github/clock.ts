/** The time as GitHub writes it: whole seconds, UTC. */
export const timestamp = (at: number = Date.now()): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
