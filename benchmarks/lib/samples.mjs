// Percentiles of everything that was measured: no buckets, no interpolation.

/** Of which quantiles are told: the distribution up to one in a thousand. */
export const shares = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999];

export function createSamples() {
  let values = new Float64Array(1 << 14);
  let count = 0;
  return {
    add(value) {
      if (count === values.length) {
        const larger = new Float64Array(count * 2);
        larger.set(values);
        values = larger;
      }
      values[count++] = value;
    },
    /** @returns count, p50, p99, maximum and `quantiles`, the values at {@link shares}; undefined without values. */
    summary() {
      if (count === 0) return undefined;
      const sorted = values.slice(0, count).sort();
      const at = (share) => sorted[Math.max(0, Math.ceil(share * count) - 1)];
      const quantiles = shares.map(at);
      return { count, p50: at(0.5), p99: at(0.99), max: sorted[count - 1], quantiles };
    },
  };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Distance between the largest and the smallest value, as a share of the median. */
export function spread(values) {
  return values.length < 2 ? 0 : (Math.max(...values) - Math.min(...values)) / median(values);
}
