/** Work that goes on a step at a time, so that others get their turn in between. */
export type Stepwise<Result> = Generator<void, Result>;

/** The result of work that goes on in steps, done in one go. */
export function finish<Result>(steps: Stepwise<Result>): Result {
  while (true) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
