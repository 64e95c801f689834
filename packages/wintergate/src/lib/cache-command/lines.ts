/** What the cache answers, as lines for people. */
import type { CacheItem, CacheStats, Explanation } from '@wintergate/semantic-cache/manage';

export function statLines(stats: CacheStats): string[] {
  const day = (time: number | undefined | null) =>
    time === undefined || time === null ? '–' : new Date(time).toISOString();
  const tags = Object.entries(stats.tags).sort(([, a], [, b]) => b - a);
  return [
    `entries   ${stats.entries}, of them ${stats.similar} for similar calls too`,
    `bytes     ${stats.bytes}`,
    `tenants   ${stats.tenants}`,
    `tokens    ${stats.inputTokens} in, ${stats.outputTokens} out, when the answers were made`,
    `oldest    ${day(stats.oldest)}`,
    `newest    ${day(stats.newest)}`,
    ...tags.slice(0, 20).map(([tag, count]) => `tag       ${tag}: ${count}`),
  ];
}

export function itemLine({ id, text, tags, expiresAt }: CacheItem): string {
  const left = Math.max(0, Math.round((expiresAt - Date.now()) / 1000));
  const shown = (text ?? '(identical calls only)').replace(/\s+/g, ' ').slice(0, 100);
  return `${id}  ${String(left).padStart(7)} s  ${tags.length === 0 ? '' : `[${tags.join(', ')}]  `}${shown}`;
}

export function explanationLines({
  bypass,
  reach,
  exact,
  exactId,
  nearest,
  fault,
}: Explanation): string[] {
  if (bypass !== undefined) return [`the cache is not used: ${bypass}`];
  return [
    `identical call: ${exact}${exactId === undefined ? '' : ` (${exactId})`}`,
    ...(reach === 'exact' ? ['similar calls are not looked for'] : []),
    ...(fault === undefined ? [] : [`nothing near could be looked for: ${fault}`]),
    ...nearest.map(
      ({ id, text, similarity, guard, decision }) =>
        `${id}  ${similarity.toFixed(3)}  ${guard === undefined ? decision : `refused: ${guard}`}  ${text.replace(/\s+/g, ' ').slice(0, 100)}`,
    ),
  ];
}
