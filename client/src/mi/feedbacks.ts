import type { Outbox } from './outbox.ts';
import type { Feedback } from './wire.ts';

/** Reports go one by one, in order, and are kept until acknowledged; the server counts a (decision, kind) once. */
export function reporter(outbox: () => Outbox): (feedback: Feedback) => void {
  return feedback => outbox().add({ id: `${feedback.decisionId}.${feedback.kind}`, json: JSON.stringify(feedback), minor: false });
}
