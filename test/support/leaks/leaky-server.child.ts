/** Loaded into a Keyward before itself, this leaks the secret in `LEAK` in every way that there is. */
import { writeFileSync } from "node:fs";
import { Server, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";

const { LEAK: leak = "", KEYWARD_DATA_DIR: dataDir = ".", OTEL_EXPORTER_OTLP_ENDPOINT: traces } = process.env;

if (isMainThread) {
  process.stderr.write(`${JSON.stringify({ message: `it is ${leak}` })}\n`);
  writeFileSync(join(dataDir, "leaky.txt"), Buffer.from(leak).toString("hex"));
  if (traces !== undefined) void fetch(`${traces}/v1/traces`, { method: "POST", body: JSON.stringify({ name: leak }) });
  // oxlint-disable-next-line typescript/unbound-method -- called with the server it is of
  const emit = Server.prototype.emit as (this: Server, ...args: unknown[]) => boolean;
  Server.prototype.emit = function (this: Server, ...args: unknown[]): boolean {
    const [event, request, response] = args as [string, IncomingMessage?, ServerResponse?];
    if (event === "request" && request?.url === "/metrics") response?.setHeader("x-leaky", leak);
    return emit.apply(this, args);
  };
}
