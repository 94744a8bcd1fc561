/** The rules of the house, over one source file at a time: what each room may import and read. */

/** A room's neighbours: those that its code needs, those that only its types name, and the packages that it may use. */
interface Room {
  readonly imports: readonly string[];
  readonly types?: readonly string[];
  readonly packages: readonly RegExp[];
}

const SDK = /^@(aws-sdk|smithy)\//;
const NODE = /^node:/;
const SCHEMAS = /^zod\/mini$/;
const POWERTOOLS = /^@aws-lambda-powertools\//;
const LAMBDA = /^aws-lambda$/;

const ROOMS: Readonly<Record<string, Room>> = {
  index: { imports: ['dependencies', 'handler'], packages: [LAMBDA] },
  dependencies: {
    imports: ['adapters', 'telemetry', 'domain'],
    types: ['ports', 'flow', 'part'],
    packages: [SDK, NODE],
  },
  handler: {
    imports: ['flow', 'telemetry', 'domain', 'messages', 'part'],
    types: ['ports', 'dependencies'],
    packages: [POWERTOOLS, LAMBDA],
  },
  // Further files in a Lambda's folder: the handler's own steps.
  part: {
    imports: ['flow', 'telemetry', 'domain', 'messages', 'part'],
    types: ['ports', 'dependencies'],
    packages: [POWERTOOLS, LAMBDA, SCHEMAS],
  },
  flow: { imports: ['flow', 'domain', 'messages'], types: ['ports'], packages: [SCHEMAS] },
  adapters: { imports: ['adapters', 'domain'], types: ['ports'], packages: [SDK, NODE, SCHEMAS] },
  // What a message is to its channel (a draft, blocks) is a type of the port.
  messages: { imports: ['messages', 'domain'], types: ['ports'], packages: [] },
  telemetry: { imports: ['telemetry'], types: ['ports', 'domain'], packages: [POWERTOOLS] },
  ports: { imports: [], types: ['domain'], packages: [] },
  domain: { imports: ['domain'], packages: [SCHEMAS] },
  cli: {
    imports: ['cli', 'adapters', 'telemetry', 'flow', 'domain', 'messages', 'ports'],
    packages: [/^(?!@cloud-copilot)/],
  },
  infra: { imports: ['infra', 'domain'], packages: [/^(?!@cloud-copilot)/] },
  test: {
    imports: [
      'test',
      'infra',
      'cli',
      'dependencies',
      'handler',
      'part',
      'flow',
      'adapters',
      'messages',
      'telemetry',
      'ports',
      'domain',
    ],
    packages: [/./],
  },
};

/** Doors that are open beside the table, from and to. */
const EXTRA_DOORS: readonly (readonly [RegExp, RegExp])[] = [
  // The simulated account is development code; the terminal alone may play it.
  [/^functions\/cli\/simulated\.ts$/, /^test\//],
  // Names of metrics and keys, so that template and code cannot drift apart.
  [/^infra\//, /^functions\/telemetry\/(metric-names|log-codes)\.ts$/],
  [/^infra\//, /^functions\/adapters\/aws\/table-keys\.ts$/],
];

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** The specifiers of imports, re-exports and dynamic imports in a source. */
export function importsOf(source: string): readonly Import[] {
  const code = withoutComments(source);
  const statements = code.matchAll(/(?:^|[\n;])\s*(import|export)(\s+type)?\b([^'";()]*?)\bfrom\s*['"]([^'"]+)['"]/g);
  const bare = code.matchAll(/(?:^|[\n;])\s*import\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g);
  return [
    ...[...statements].map(([, , type, names = '', specifier = '']) => ({
      specifier,
      typeOnly: type !== undefined || isListOfTypes(names),
    })),
    ...[...bare].map(([, effect, dynamic]) => ({ specifier: effect ?? dynamic ?? '', typeOnly: false })),
  ];
}

function isListOfTypes(names: string): boolean {
  const list = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1];
  const members = (list ?? '').split(',').filter((name) => name.trim() !== '');
  return members.length > 0 && members.every((name) => /^\s*type\s/.test(name));
}

/** The room of a file, by its path from the top. */
function roomOf(path: string): string | null {
  const [top, room = '', file = ''] = path.split('/');
  if (top !== 'functions') return top === 'infra' || top === 'test' ? top : null;
  if (path === 'functions/ports.ts') return 'ports';
  if (Object.hasOwn(ROOMS, room)) return room;
  switch (file) {
    case 'index.ts':
    case 'dependencies.ts':
    case 'handler.ts':
      return file.slice(0, -'.ts'.length);
    default:
      return file === '' ? null : 'part';
  }
}

/** All that a source file does against the rules of its room, one sentence each. */
export function violationsOf(path: string, source: string): readonly string[] {
  const name = roomOf(path);
  const room = name === null ? undefined : ROOMS[name];
  if (name === null || room === undefined) return [`${path} stands in no room of the house`];
  const imports = importsOf(source).filter((imported) => !mayImport(path, room, imported));
  return [
    ...imports.map(({ specifier }) => `${path} (${name}) must not import ${specifier}`),
    ...forbiddenReads(path, name, withoutComments(source)),
  ];
}

function mayImport(path: string, room: Room, { specifier, typeOnly }: Import): boolean {
  if (!specifier.startsWith('.')) return room.packages.some((pattern) => pattern.test(specifier));
  const target = resolved(path, specifier);
  if (EXTRA_DOORS.some(([from, to]) => from.test(path) && to.test(target))) return true;
  const targetRoom = roomOf(target);
  if (targetRoom === null) return false;
  const isLambdaFile = ['dependencies', 'handler', 'part'].includes(targetRoom);
  if (isLambdaFile && !path.startsWith('test/') && folderOf(path) !== folderOf(target)) return false;
  return room.imports.includes(targetRoom) || (typeOnly && (room.types ?? []).includes(targetRoom));
}

function forbiddenReads(path: string, room: string, code: string): readonly string[] {
  const found: string[] = [];
  const forbid = (pattern: RegExp, what: string) => {
    if (pattern.test(code)) found.push(`${path} (${room}) must not ${what}`);
  };
  if (path.startsWith('functions/') && room !== 'index' && room !== 'cli') {
    forbid(/\bprocess\s*(\.|\[|\?\.)\s*['"]?env\b|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/, 'read the environment');
  }
  if (room === 'domain') {
    forbid(/\bnew\s+Date\s*(\(\s*\)|[;,)\]])|\bDate\s*\.\s*now\b|\bperformance\s*\./, 'read the clock');
    forbid(/\bprocess\s*[.[]/, 'touch the process');
    forbid(/\bMath\s*\.\s*random\b|\bcrypto\s*\./, 'draw random numbers');
    forbid(/\bconsole\s*\./, 'log');
    forbid(/\brequire\s*\(/, 'require a module');
  }
  return found;
}

function resolved(path: string, specifier: string): string {
  const segments = path.split('/').slice(0, -1);
  for (const segment of specifier.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** Comments may name what code must not do. Text in quotes stays, because specifiers stand in it. */
function withoutComments(source: string): string {
  return source.replace(/^\s*\/\/.*$/gm, '').replace(/(^|\s)\/\*[\s\S]*?\*\//g, '$1');
}
