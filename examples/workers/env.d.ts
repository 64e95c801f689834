/** What `wrangler types` would write. */
declare module 'cloudflare:workers' {
  export const env: { readonly OPENAI_API_KEY?: string; readonly WINTERGATE_KEY?: string };
}
