// Percentiles of everything that was measured: no buckets, no interpolation.

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
    /** @returns count, p50, p99 and maximum; undefined without values. */
    summary() {
      if (count === 0) return undefined;
      const sorted = values.slice(0, count).sort();
      const at = (share) => sorted[Math.max(0, Math.ceil(share * count) - 1)];
      return { count, p50: at(0.5), p99: at(0.99), max: sorted[count - 1] };
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
