/** The part of Deno's globals that is used, for editors without Deno's own types. */
declare const Deno: { readonly env: { get(name: string): string | undefined } };
