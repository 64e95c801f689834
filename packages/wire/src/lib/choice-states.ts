/**
 * Which choices of a streamed reply have begun, and which have ended. In lists: most replies have one choice, and
 * a set takes 200 bytes of every open stream even when it is empty. Joined and not pushed to: the first push
 * makes room for 17.
 */
export class ChoiceStates {
  #open: readonly number[] = [];
  #finished: readonly number[] = [];
  readonly #most: number;

  /** @param most how many a call can ask for; a reply with more never ends. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether something has begun that has not ended. */
  get areOpen(): boolean {
    return this.#open.length > 0;
  }

  /** How many have ended. */
  get finished(): number {
    return this.#finished.length;
  }

  hasFinished(choice: number): boolean {
    return this.#finished.includes(choice);
  }

  /** Something of it came. @returns whether there are no more of them than there can be */
  begin(choice: number): boolean {
    const isNew = !this.#open.includes(choice) && !this.hasFinished(choice);
    if (isNew && this.#count() <= this.#most) this.#open = this.#open.concat(choice);
    return this.#count() <= this.#most;
  }

  /** It has ended: once. */
  finish(choice: number): void {
    this.#open = this.#open.filter((one) => one !== choice);
    this.#finished = this.#finished.concat(choice);
  }

  #count(): number {
    return this.#open.length + this.#finished.length;
  }
}
