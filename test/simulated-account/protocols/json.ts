import { shapeOf } from '../shapes.ts';

/** Renders a value in the JSON of AWS JSON 1.0 and 1.1: only modelled members, times as seconds, bytes as base64. */
export function toJson(reference: unknown, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  const shape = shapeOf(reference);
  switch (shape.kind) {
    case 'timestamp':
      return jsonTime(shape.format, value);
    case 'blob':
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
    case 'list':
      return Array.isArray(value) ? value.map((element) => toJson(shape.member, element)) : undefined;
    case 'map':
      return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, toJson(shape.value, element)]));
    case 'struct':
    case 'union': {
      const members = Object.entries(value).filter(([name]) => shape.members.has(name));
      return Object.fromEntries(members.map(([name, element]) => [name, toJson(shape.members.get(name), element)]));
    }
    case 'unit':
      return {};
    default:
      return value;
  }
}

function jsonTime(format: string, value: unknown): unknown {
  if (!(value instanceof Date)) return value;
  if (format === 'date-time') return value.toISOString();
  if (format === 'http-date') return value.toUTCString();
  return value.getTime() / 1000;
}
