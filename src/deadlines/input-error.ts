/** @module The one error of the clock: an input that cannot be counted, with the place of the fault. */

/** A deadline's input is not countable; `path` points into it (`suspensions[1].to`), for a 422 answer. */
export class DeadlineInputError extends RangeError {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.name = 'DeadlineInputError';
    this.path = path;
  }
}
