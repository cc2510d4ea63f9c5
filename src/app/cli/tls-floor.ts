import tls from "node:tls";

/** Whatever Node was told, nothing older than TLS 1.2 is spoken: to PostgreSQL, GitHub, providers, sinks and stores of secrets. */
export function raiseTlsFloor(): void {
  if (tls.DEFAULT_MIN_VERSION !== "TLSv1.3") tls.DEFAULT_MIN_VERSION = "TLSv1.2";
}
