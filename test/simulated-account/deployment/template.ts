import type { JsonObject } from '../account-state.ts';
import { isObject } from '../schema-check.ts';

/** One resource of a synthesised CloudFormation template, its properties not yet resolved. */
export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  readonly condition: string | null;
}

/** What of a synthesised template a deployment reads. */
export interface Template {
  readonly resources: readonly TemplateResource[];
  readonly parameters: JsonObject;
  readonly conditions: JsonObject;
  readonly mappings: JsonObject;
  readonly outputs: JsonObject;
}

/** Reads a synthesised template; what is no template is an error of the caller. */
export function readTemplate(json: unknown): Template {
  if (!isObject(json) || !isObject(json['Resources']))
    throw new Error('no CloudFormation template: it has no Resources');
  return {
    resources: Object.entries(json['Resources']).map(([logicalId, value]) => {
      const resource = objectOf(value);
      return {
        logicalId,
        type: String(resource['Type']),
        properties: objectOf(resource['Properties']),
        condition: typeof resource['Condition'] === 'string' ? resource['Condition'] : null,
      };
    }),
    parameters: objectOf(json['Parameters']),
    conditions: objectOf(json['Conditions']),
    mappings: objectOf(json['Mappings']),
    outputs: objectOf(json['Outputs']),
  };
}

/** A member that should be an object, or an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** A member that should be a list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A member that should be text, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
