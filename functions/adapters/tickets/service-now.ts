import type { Language } from '../../domain/language.ts';
import type { TicketDraft } from '../../ports.ts';
import { shortened } from './bounded-text.ts';
import {
  createServiceNowTable,
  type ServiceNowFields,
  type ServiceNowOptions,
  type ServiceNowRecord,
  type ServiceNowSettings,
  type ServiceNowTable,
} from './service-now-table.ts';
import { serviceNowLine, serviceNowText } from './service-now-text.ts';
import type { TrackedTicket, Tracker } from './tracker.ts';

/**
 * The sizes of the columns as delivered. Short ones are cut in silence, long ones only where the instance has a rule for it:
 * https://support.servicenow.com/kb?id=kb_article_view&sysparm_article=KB0685779
 */
const MAX_SHORT_DESCRIPTION = 160;
const MAX_DESCRIPTION = 4000;
const MAX_CLOSE_NOTES = 4000;
/** Of ours: a note is read by people. */
const MAX_WORK_NOTES = 30_000;
const CUT_NOTES: Readonly<Record<Language, string>> = {
  en: '\n\n(The whole text is in the work notes.)',
  ja: '\n\n（全文は作業メモにあります。）',
};

const STATE = { inProgress: '2', resolved: '6', closed: '7', canceled: '8' } as const;
/** The choice of instances since the release Utah; older ones have others in `closeCode` of the settings. */
const DEFAULT_CLOSE_CODE = 'Solution provided';

/**
 * Priority follows from both: high is 2, medium 3, low 4. A lost transcript is never critical: nothing stands still.
 * https://www.servicenow.com/docs/r/australia/it-service-management/incident-management/def-prio-lookup-rules.html
 */
const SEVERITIES = {
  high: { urgency: '1', impact: '2' },
  medium: { urgency: '2', impact: '2' },
  low: { urgency: '2', impact: '3' },
} as const;

const DISPLAY = 'exec-log';

/**
 * Tickets as records of ServiceNow's incident table. A ticket's id is the record's number; it is found again by its
 * `correlation_id`, the fingerprint, and remembers its digest in `correlation_display`. An incident that is closed or canceled is
 * `gone`, since only a resolved one can be reopened; what happens again deserves a new one.
 * https://www.servicenow.com/docs/r/yokohama/it-service-management/incident-management/reopening-incident.html
 */
export function createServiceNow(options: ServiceNowOptions): Tracker {
  const { settings, language = 'en' } = options;
  const table = createServiceNowTable(options);
  return {
    async find(fingerprint) {
      const record = await table.newest('correlation_id', fingerprint);
      return record === null ? null : ticketOf(table, record);
    },

    async open(draft, digest) {
      return ticketOf(table, await table.insert(serviceNowRecordOf(settings, draft, digest, language)));
    },

    async update({ ticketId }, draft, digest, comment) {
      const record = await ours(table, ticketId);
      if (record === null || isFinal(record)) return 'gone';
      const text = serviceNowText(draft.body);
      const isReopened = record.state === STATE.resolved;
      const whole = isReopened && text.length > MAX_DESCRIPTION ? `\n\n${text}` : '';
      const patched = await table.patch(record.sys_id, {
        ...fieldsOf(draft, digest, language),
        ...(isReopened ? { state: STATE.inProgress } : {}),
        ...notesOf(`${serviceNowText(comment)}${whole}`),
      });
      return patched === 'gone' ? 'gone' : 'updated';
    },

    async close(ticketId, evidence) {
      const record = await ours(table, ticketId);
      if (record === null) return 'gone';
      if (isFinal(record) || record.state === STATE.resolved) return 'closed';
      const text = serviceNowText(evidence) || '-';
      // The data policy of the table demands both in this state, in the same request.
      const patched = await table.patch(record.sys_id, {
        state: STATE.resolved,
        close_code: settings.closeCode ?? DEFAULT_CLOSE_CODE,
        close_notes: bounded(text, MAX_CLOSE_NOTES, language),
        ...(text.length > MAX_CLOSE_NOTES ? notesOf(text) : {}),
      });
      return patched === 'gone' ? 'gone' : 'closed';
    },
  };
}

/** The columns of the record that is inserted for a draft. */
export function serviceNowRecordOf(
  settings: Pick<ServiceNowSettings, 'assignmentGroup' | 'callerId'>,
  draft: TicketDraft,
  digest: string,
  language: Language = 'en',
): ServiceNowFields {
  const text = serviceNowText(draft.body);
  return {
    ...fieldsOf(draft, digest, language),
    correlation_id: draft.fingerprint,
    ...(settings.assignmentGroup === undefined ? {} : { assignment_group: settings.assignmentGroup }),
    ...(settings.callerId === undefined ? {} : { caller_id: settings.callerId }),
    ...(text.length > MAX_DESCRIPTION ? notesOf(text) : {}),
  };
}

/** Null where the number is another's: a record that we did not open is never written. */
async function ours(table: ServiceNowTable, number: string): Promise<ServiceNowRecord | null> {
  // The id of another system that was in use before this one.
  if (!/^[\w-]{1,40}$/.test(number)) return null;
  const record = await table.newest('number', number);
  return record?.correlation_display.startsWith(`${DISPLAY} `) === true ? record : null;
}

function fieldsOf({ title, body, severity }: TicketDraft, digest: string, language: Language): ServiceNowFields {
  return {
    short_description: serviceNowLine(title, MAX_SHORT_DESCRIPTION),
    description: bounded(serviceNowText(body), MAX_DESCRIPTION, language),
    ...SEVERITIES[severity],
    correlation_display: `${DISPLAY} ${digest}`,
  };
}

/** An empty note would be none. */
function notesOf(text: string): ServiceNowFields {
  return text.trim() === '' ? {} : { work_notes: shortened(text, MAX_WORK_NOTES) };
}

function bounded(text: string, limit: number, language: Language): string {
  const note = CUT_NOTES[language];
  return text.length <= limit ? text : `${shortened(text, limit - note.length)}${note}`;
}

function isFinal({ state }: ServiceNowRecord): boolean {
  return state === STATE.closed || state === STATE.canceled;
}

function ticketOf(table: ServiceNowTable, record: ServiceNowRecord): TrackedTicket {
  const { sys_id: sysId, number, state, correlation_display: display } = record;
  const digest = display.startsWith(`${DISPLAY} `) ? display.slice(DISPLAY.length + 1) : null;
  const isOpen = state !== STATE.resolved && !isFinal(record);
  return { ticketId: number, url: table.pageOf(sysId), isOpen, digest };
}
