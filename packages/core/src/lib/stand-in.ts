/**
 * Makes a class stand in for one of the platform's: it passes `instanceof`, and whatever it does not
 * define itself is answered by `this.native`, the platform's own object, built when first needed.
 */
export function standInFor(own: object, platform: object): void {
  Object.setPrototypeOf(own, platform);
  for (const name of Object.getOwnPropertyNames(platform)) {
    if (Object.hasOwn(own, name)) continue;
    const found = Object.getOwnPropertyDescriptor(platform, name);
    if (found?.get !== undefined) {
      Object.defineProperty(own, name, {
        configurable: true,
        get(this: StandIn) {
          return this.native[name];
        },
      });
    } else if (typeof found?.value === 'function') {
      Object.defineProperty(own, name, {
        configurable: true,
        writable: true,
        value(this: StandIn, ...parameters: unknown[]) {
          const method = this.native[name] as (...parameters: unknown[]) => unknown;
          return method.apply(this.native, parameters);
        },
      });
    }
  }
}

interface StandIn {
  readonly native: Record<string, unknown>;
}
