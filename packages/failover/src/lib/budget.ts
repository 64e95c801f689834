/** How often to try. An SDK that retries by itself says so; what it has spent is taken off ours. */
import type { FailoverSettings } from './options.ts';

export function budget(
  request: Request,
  settings: Pick<FailoverSettings, 'attempts' | 'attemptsPerTarget'>,
): { attempts: number; perTarget: number } {
  const header = request.headers.get('x-stainless-retry-count') ?? '';
  const spent = /^\d{1,3}$/.test(header) ? Number(header) : 0;
  return {
    attempts: Math.max(1, settings.attempts - spent),
    perTarget: Math.max(1, settings.attemptsPerTarget - spent),
  };
}
