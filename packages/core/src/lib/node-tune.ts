import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8 not to guess which objects will live long. Call it once, before the server listens, in a process
 * that is a gateway and little else.
 *
 * With many streams open at once most young objects of a call outlive a collection, from which V8 concludes
 * that their kind is to be made in old memory; there they keep alive what is young until the next large
 * collection, and all of it is copied meanwhile. Without that guess streams through all six middlewares were
 * 15 to 20 % faster and pauses for collections less than half as long (`benchmarks/PROFILE.md`). It sets
 * `--no-allocation-site-pretenuring` for the whole process, which is why `serveNode` does not do it by itself.
 *
 * @example
 * import { serveNode, tuneNode } from '@wintergate/core/node';
 * tuneNode();
 * const server = await serveNode(middleware, end, { port: 8787 });
 *
 * @see https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
export function tuneNode(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
