/**
 * A value of a template as people read it: pseudo parameters, parameters and attributes in angle brackets, joins and substitutions
 * joined (`arn:<partition>:iam::<account>:role/*`, `<Table.Arn>`). Another function stands as its JSON: nothing is left out.
 */
export function templateText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(templateText).join(', ');
  const [[name, of] = ['', undefined], ...others] = Object.entries(value ?? {});
  if (others.length > 0) return JSON.stringify(value);
  switch (name) {
    case 'Ref':
      return reference(String(of));
    case 'Fn::GetAtt':
      return reference(Array.isArray(of) ? of.join('.') : String(of));
    case 'Fn::Sub':
      return substituted(String(of));
    case 'Fn::Join':
      return Array.isArray(of) && Array.isArray(of[1])
        ? of[1].map(templateText).join(String(of[0]))
        : JSON.stringify(value);
    case 'Fn::Select':
      // One of a list that a parameter gives.
      return /\$\{\w+\}/.exec(JSON.stringify(of))?.[0].replace(/\$\{(\w+)\}/, '<$1>') ?? JSON.stringify(value);
    default:
      return JSON.stringify(value);
  }
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'partition',
  'AWS::AccountId': 'account',
  'AWS::Region': 'region',
};

function substituted(text: string): string {
  return text.replaceAll(/\$\{([\w:.]+)\}/g, (_, name: string) => reference(name));
}

/** Without the hash that the CDK puts behind a logical id. */
function reference(name: string): string {
  return `<${PSEUDO[name] ?? name.replace(/[0-9A-F]{8}(?=\.|$)/, '')}>`;
}

/** The conditions of a statement, one text for each operator and key; those under a condition of the template say so. */
export function conditionTexts(condition: unknown): readonly string[] {
  if (typeof condition !== 'object' || condition === null) return [];
  const branches: unknown = Reflect.get(condition, 'Fn::If');
  if (Array.isArray(branches)) {
    const [name, then, otherwise] = branches;
    return [
      ...conditionTexts(then).map((text) => `if ${name}: ${text}`),
      ...conditionTexts(otherwise).map((text) => `if not ${name}: ${text}`),
    ];
  }
  return Object.entries(condition).flatMap(([operator, keys]) =>
    operator === 'Ref'
      ? []
      : Object.entries(keys ?? {}).map(([key, values]) => `${operator} ${key} = ${templateText(values)}`),
  );
}
