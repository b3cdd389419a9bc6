/** One event of a text/event-stream. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string | null;
}

// More than this without a blank line is not a prompt but a fault.
const maxBuffer = 256_000;

/** Reads text/event-stream (HTML standard, 9.2) from pieces cut anywhere. */
export class StreamParser {
  private rest = '';
  private event = '';
  private data: string[] = [];
  private id: string | null = null;

  /** The events that this piece completes. */
  push(piece: string): StreamEvent[] {
    this.rest += piece;
    const found: StreamEvent[] = [];
    // A lone CR at the end may be half of CRLF: it waits for the next piece.
    const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const done = this.line(line);
      if (done) found.push(done);
    }
    if (this.rest.length > maxBuffer) this.rest = '';
    return found;
  }

  private line(line: string): StreamEvent | null {
    if (line === '') {
      const done = this.data.length > 0 ? { event: this.event || 'message', data: this.data.join('\n'), id: this.id } : null;
      this.event = '';
      this.data = [];
      return done;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    return null;
  }
}
