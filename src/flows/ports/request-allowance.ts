/**
 * Whether a provider may be sent one more request on behalf of an installation; counts it if so. All workers count together, so
 * that a burst of incidents does not become a burst at a provider.
 */
export type RequestAllowance = (installationId: number, provider: string) => Promise<boolean>;
