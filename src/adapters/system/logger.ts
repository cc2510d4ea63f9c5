import { pino } from "pino";
import type { Logger } from "../../flows/ports/system.ts";

/**
 * Structured logs, one JSON object a line, on standard error by default so that a command's output stays its own. `fields` hold ids
 * and counts, never content.
 */
export function createLogger(level: string, destination: number | string = 2): Logger {
  const log = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: destination, sync: true }),
  );
  return {
    debug: (message, fields) => log.debug({ ...fields }, message),
    info: (message, fields) => log.info({ ...fields }, message),
    warn: (message, fields) => log.warn({ ...fields }, message),
    error: (message, fields) => log.error({ ...fields }, message),
  };
}
