/** One secret of an installation. */
export type SuppressionRef = { readonly installationId: number; readonly fingerprint: string };

/** Brings the incident and the checks of a secret to what is now said about it. */
export type SettleSuppression = { readonly name: "settle-suppression"; readonly data: SuppressionRef };
