// Shapes that cross the wire; docs: client/README.md. Text in them is untrusted: shown with textContent only.

export type ChoiceAction = 'accept' | 'person' | 'dismiss';

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly action: ChoiceAction;
}

/** The words of the panel itself, for servers that speak the visitor's language. */
export interface PanelTexts {
  readonly close: string;
  readonly keys: string;
  readonly helpful: string;
  readonly yes: string;
  readonly no: string;
  readonly thanks: string;
}

export interface Prompt {
  readonly decisionId: string;
  readonly scenario: string;
  /** Of the signal that caused it; null when a timer or a server's signal did. */
  readonly messageId: string | null;
  /** Milliseconds after the causing signal from which the prompt must not be shown. */
  readonly lateAfterMs: number;
  readonly title: string;
  readonly acknowledge: string;
  readonly offer: string;
  readonly choices: readonly Choice[];
  readonly automatedNotice: string;
  readonly contact: string;
  readonly locale: string;
  readonly texts: PanelTexts;
}

export type FeedbackKind = 'shown' | 'accepted' | 'dismissed' | 'helpful' | 'notHelpful' | 'person' | 'late';

export interface Feedback {
  readonly decisionId: string;
  readonly kind: FeedbackKind;
  readonly choice?: string;
  readonly signalToPaintMs?: number;
}

const english: PanelTexts = {
  close: 'Close',
  keys: 'F6 to answer, Esc to close',
  helpful: 'Was this helpful?',
  yes: 'Yes',
  no: 'No',
  thanks: 'Thank you.',
};

// A sentence, not a page: longer text than this is a fault of the script and would cover the shop.
const maxText = 500;
const maxChoices = 5;

/** What the server sent as a prompt, checked; null when it is not one. */
export function readPrompt(data: unknown): Prompt | null {
  if (!isRecord(data)) return null;
  const decisionId = text(data.decisionId);
  const choices = Array.isArray(data.choices) ? data.choices.slice(0, maxChoices).map(readChoice).filter(c => c !== null) : [];
  if (!decisionId || (!text(data.acknowledge) && !text(data.offer))) return null;
  const late = data.lateAfterMs;
  return {
    decisionId,
    scenario: text(data.scenario),
    messageId: text(data.messageId) || null,
    lateAfterMs: typeof late === 'number' && late >= 0 ? late : 3000,
    title: text(data.title),
    acknowledge: text(data.acknowledge),
    offer: text(data.offer),
    choices,
    automatedNotice: text(data.automatedNotice) || 'This is an automated message.',
    contact: text(data.contact),
    locale: text(data.locale) || 'en',
    texts: readTexts(data.texts),
  };
}

/** Whom a `withdraw` event means: one decision, all of them, or (not understood) nobody. */
export function readWithdraw(data: unknown): string | 'all' | null {
  if (!isRecord(data)) return null;
  return data.all === true ? 'all' : text(data.decisionId) || null;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readChoice(data: unknown): Choice | null {
  if (!isRecord(data)) return null;
  const id = text(data.id);
  const label = text(data.label);
  const action = data.action;
  return id && label && (action === 'accept' || action === 'person' || action === 'dismiss') ? { id, label, action } : null;
}

function readTexts(data: unknown): PanelTexts {
  const texts: Record<string, string> = { ...english };
  if (isRecord(data)) for (const key in english) texts[key] = text(data[key]) || texts[key]!;
  return texts as unknown as PanelTexts;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, maxText) : '';
}
