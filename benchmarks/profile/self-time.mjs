// Adds up a V8 profile: where the time was spent itself, by function and by place.

/** @returns rows `{ name, place, share }`, largest first; garbage collection and native code among them. */
export function selfTimes(profile) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const byPlace = new Map();
  let total = 0;
  profile.samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = nodes.get(id).callFrame;
    if (functionName === '(idle)') return;
    const time = profile.timeDeltas[index];
    total += time;
    const file = url.split('/').slice(-2).join('/');
    const place = file === '' ? '' : `${file}:${lineNumber + 1}`;
    const key = `${functionName || '(anonymous)'} ${place}`;
    byPlace.set(key, (byPlace.get(key) ?? 0) + time);
  });
  return [...byPlace]
    .map(([key, time]) => {
      const [name, place] = key.split(/ (?=[^ ]*$)/);
      return { name, place, share: time / total };
    })
    .sort((a, b) => b.share - a.share);
}

/** The share of samples anywhere below a function of each name: what a layer costs with all it calls. */
export function totalTimes(profile) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map();
  for (const { id, children = [] } of profile.nodes) for (const it of children) parents.set(it, id);
  const totals = new Map();
  let all = 0;
  profile.samples.forEach((id, index) => {
    if (nodes.get(id).callFrame.functionName === '(idle)') return;
    const time = profile.timeDeltas[index];
    all += time;
    const seen = new Set();
    for (let at = id; at !== undefined; at = parents.get(at)) {
      const { functionName, url, lineNumber } = nodes.get(at).callFrame;
      if (url === '') continue;
      seen.add(`${functionName || '(anonymous)'} ${url.split('/').pop()}:${lineNumber + 1}`);
    }
    for (const key of seen) totals.set(key, (totals.get(key) ?? 0) + time);
  });
  return [...totals]
    .map(([name, time]) => ({ name, share: time / all }))
    .sort((a, b) => b.share - a.share);
}
