import * as z from 'zod/mini';

const line = (max: number) => z.string().check(z.regex(/\S/), z.maxLength(max));
const sysId = z.string().check(z.regex(/^[0-9a-f]{32}$/));

/** Which hosts get credentials is checked again, by the adapter; `http` to this machine serves the simulated account alone. */
const jira = z.strictObject({
  site: z
    .string()
    .check(z.regex(/^(https:\/\/[a-z0-9][a-z0-9-]*\.atlassian\.net|http:\/\/(127\.0\.0\.1|localhost):\d{1,5})$/)),
  projectKey: z.string().check(z.regex(/^[A-Z][A-Z0-9_]{1,99}$/)),
  issueType: z._default(line(100), 'Task'),
  labels: z.exactOptional(z.array(z.string().check(z.regex(/^\S{1,100}$/)))),
});

const serviceNow = z.strictObject({
  instance: z
    .string()
    .check(
      z.regex(
        /^(https:\/\/[a-z0-9][a-z0-9-]*\.(service-now|servicenowservices)\.com|http:\/\/(127\.0\.0\.1|localhost):\d{1,5})$/,
      ),
    ),
  table: z.exactOptional(z.string().check(z.regex(/^[a-z0-9_]{1,80}$/))),
  assignmentGroup: z.exactOptional(sysId),
  callerId: z.exactOptional(sysId),
  closeCode: z.exactOptional(line(40)),
});

const github = z.strictObject({
  owner: z.string().check(z.regex(/^[\w.-]{1,100}$/)),
  repo: z.string().check(z.regex(/^[\w.-]{1,100}$/)),
  apiUrl: z.exactOptional(z.string().check(z.regex(/^https?:\/\/[\w.:/-]{1,200}$/))),
});

const eventBus = z.strictObject({
  busName: z.string().check(z.regex(/^[\w./:-]{1,300}$/)),
});

/** What each ticket system needs beside its name, by the keys of `ticket`. */
export const NEEDS_OF_TICKET_SYSTEM = {
  'ops-center': [],
  jira: ['jira', 'secret'],
  'service-now': ['serviceNow', 'secret'],
  github: ['github', 'secret'],
  'event-bus': ['eventBus'],
} as const;

/**
 * Where tickets are opened. The chosen system's options and its secret stand in the same document as its name; options of another
 * system may stand beside them.
 */
export const ticketSchema = z
  .strictObject({
    system: z._default(z.enum(['ops-center', 'jira', 'service-now', 'github', 'event-bus']), 'ops-center'),
    secret: z.exactOptional(z.string().check(z.regex(/^secretsmanager:exec-log\/[A-Za-z0-9/_+=.@-]{1,400}$/))),
    jira: z.exactOptional(jira),
    serviceNow: z.exactOptional(serviceNow),
    github: z.exactOptional(github),
    eventBus: z.exactOptional(eventBus),
  })
  .check(({ value, issues }) => {
    for (const key of NEEDS_OF_TICKET_SYSTEM[value.system]) {
      if (value[key] !== undefined) continue;
      const expected = key === 'secret' ? 'the name of its secret' : 'its options';
      const message = `expected ${expected}, because ticket.system is ${value.system}`;
      issues.push({ code: 'custom', input: undefined, path: [key], message });
    }
  });

export type TicketSettings = z.output<typeof ticketSchema>;
