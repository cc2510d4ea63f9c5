import { pino } from "pino";
import type { Logger } from "../../flows/ports/system.ts";
import { redactedFields, redactedText } from "./redacted.ts";

/**
 * Structured logs, one JSON object a line, on standard error by default so that a command's output stays its own. `fields` hold ids
 * and counts, never content; whatever looks like a credential all the same is redacted.
 */
export function createLogger(level: string, destination: number | string = 2): Logger {
  const log = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: destination, sync: true }),
  );
  const said = (fields: Readonly<Record<string, unknown>> = {}, message: string) =>
    [redactedFields(fields), redactedText(message)] as const;
  return {
    debug: (message, fields) => log.debug(...said(fields, message)),
    info: (message, fields) => log.info(...said(fields, message)),
    warn: (message, fields) => log.warn(...said(fields, message)),
    error: (message, fields) => log.error(...said(fields, message)),
  };
}
