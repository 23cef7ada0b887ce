import { z } from 'zod';

/** What one part says of itself. */
export type HealthCheck = { readonly name: string; readonly ok: boolean; readonly detail: string };

/** Asked at each `/health/ready`; must answer soon, and say no rather than throw. */
export type HealthProbe = () => Promise<readonly HealthCheck[]>;

export const READY_ANSWER = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});
