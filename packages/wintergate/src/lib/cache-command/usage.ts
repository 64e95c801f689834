export const cacheUsage = `wintergate cache: the cache of a running gateway

  wintergate cache stats   [filter]            what is in it
  wintergate cache list    [filter]            each entry: id, time left, tags, text
  wintergate cache explain --prompt TEXT --model MODEL [--system TEXT]
                                               what would come of a call, and the nearest entries
  wintergate cache purge   filter | --all      removes entries
  wintergate cache purge   --prompt TEXT --model MODEL [--yes]
                                               shows the nearest entry, and with --yes removes it
  wintergate cache warm    FILE [--model MODEL] [--system TEXT]
                                               stores known answers: .csv or .jsonl with the columns
                                               prompt, answer, and if need be model and system

  filter: --id ID, --tag TAG, --tenant NAME, --scope SCOPE; all that is said must hold
  --url URL     of the gateway (WINTERGATE_URL, else http://127.0.0.1:$PORT)
  --caller KEY  whose cache explain, warm and purge --prompt mean, where callers bring keys of their own
  --json        prints what the gateway answers

WINTERGATE_ADMIN_KEY, at least 16 characters, must be the same here and for the gateway.`;
