/** English opposites, as a table and as a rule for prefixes. */

const table =
  'increase decrease|increase reduce|increase lower|raise lower|raise drop|rise fall|rise drop|gain loss|gain lose|win lose|win loss|' +
  'up down|upper lower|next last|next previous|all some|every some|everything something|everyone someone|always sometimes|never sometimes|boil freeze|melt freeze|high low|above below|over under|before after|first last|early late|earlier later|earliest latest|begin end|start stop|start end|start finish|' +
  'open close|open shut|enable disable|on off|in out|inside outside|indoor outdoor|internal external|import export|upload download|push pull|' +
  'buy sell|lend borrow|send receive|give take|give receive|accept reject|accept decline|allow deny|allow forbid|allow prevent|allow block|permit forbid|approve reject|' +
  'add remove|add delete|add subtract|insert delete|insert remove|create delete|create destroy|attach detach|encrypt decrypt|encode decode|' +
  'include exclude|join leave|enter exit|enter leave|arrive depart|arrive leave|arrival departure|login logout|subscribe cancel|hire fire|teach learn|ask answer|question answer|' +
  'love hate|like hate|good bad|best worst|better worse|right wrong|right left|true false|yes no|pro con|benefit drawback|benefit risk|strength weakness|' +
  'big small|large small|huge tiny|long short|longer shorter|tall short|wide narrow|thick thin|deep shallow|heavy light|hard soft|hard easy|difficult easy|fast slow|faster slower|quick slow|' +
  'hot cold|warm cool|wet dry|rough smooth|full empty|rich poor|strong weak|loud quiet|bright dark|light dark|day night|black white|new old|newer older|newest oldest|young old|modern ancient|' +
  'cheap expensive|cheapest expensive|free paid|public private|positive negative|plus minus|more less|more fewer|most least|most fewest|maximum minimum|max min|maximize minimize|many few|all none|' +
  'everything nothing|always never|everyone nobody|same different|similar different|male female|man woman|boy girl|he she|him her|his her|husband wife|brother sister|mother father|son daughter|king queen|' +
  'north south|east west|northern southern|eastern western|from to|and or|for against|with without|alive dead|born die|birth death|awake asleep|sit stand|sick healthy|safe dangerous|friend enemy|' +
  'ally enemy|war peace|guilty innocent|success failure|succeed fail|pass fail|present absent|parent child|employer employee|teacher student|buyer seller|credit debit|income expense|profit loss|' +
  'asset liability|supply demand|ascending descending|horizontal vertical|input output|client server|sender receiver|domestic foreign|urban rural|permanent temporary|optional required|mandatory optional|simple complex|' +
  'near far|fill empty|catch miss|hit miss|strike miss|into out|onto off|put remove|' +
  'single married|single multiple|majority minority|offline online|forward backward|even odd|prior after|you i|my your';

const prefix = /^(?:un|in|im|il|ir|dis|non|mis|de|a|anti|counter|mal)$/;

const opposites: ReadonlySet<string> = /* @__PURE__ */ new Set(
  table.split('|').flatMap((pair) => {
    const [left, right] = pair.split(' ') as [string, string];
    return [`${left} ${right}`, `${right} ${left}`];
  }),
);

/** Prefixed forms are opposites of what they stand before: "safe", "unsafe". */
function isPrefixed(left: string, right: string): boolean {
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  // Below four letters the rest is rarely a word: "like", "dislike" but not "an", "dean".
  return short.length >= 4 && long.endsWith(short) && prefix.test(long.slice(0, -short.length));
}

/** Whether any two of these base forms are opposites. */
export function areOpposites(left: readonly string[], right: readonly string[]): boolean {
  return left.some((one) =>
    right.some((other) => opposites.has(`${one} ${other}`) || isPrefixed(one, other)),
  );
}
