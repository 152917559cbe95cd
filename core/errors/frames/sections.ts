/**
 * Numbers the sections of a traceback while its prose goes by: a cause opens one, and so does the
 * origin of a Go panic. Frames of suppressed exceptions are in section -1: they failed as well, but
 * did not end the program.
 */
export class Sections {
  #deepest = 0;
  #suppressedIndent = Infinity;
  #goroutines = 0;

  /** The section that the next frame belongs to. */
  get current(): number {
    return this.#suppressedIndent === Infinity ? this.#deepest : -1;
  }

  /** Takes note of a line of prose whose first character that counts is at `indent`. */
  read(line: string, indent: number): void {
    switch (line.charCodeAt(indent)) {
      case 67: // C
        if (line.startsWith("Caused by: ", indent)) this.#openCause(indent);
        break;
      case 83: // S
        if (line.startsWith("Suppressed: ", indent)) this.#openSuppressed(indent);
        break;
      case 103: // g
        if (line.startsWith("goroutine ", indent)) this.#goroutines++;
        break;
      case 112: // p
        if (line.startsWith("panic(", indent)) this.#openPanic();
        break;
      case 114: // r
        if (line.startsWith("runtime.gopanic", indent)) this.#openPanic();
        break;
    }
  }

  /** A suppressed exception has causes too, indented like itself. */
  #openCause(indent: number): void {
    if (indent >= this.#suppressedIndent) return;
    this.#suppressedIndent = Infinity;
    this.#deepest++;
  }

  #openSuppressed(indent: number): void {
    this.#suppressedIndent = Math.min(this.#suppressedIndent, indent);
  }

  /** Only the goroutine that is printed first panicked; the others happened to run. */
  #openPanic(): void {
    if (this.#goroutines <= 1) this.#deepest++;
  }
}
