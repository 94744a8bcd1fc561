import type { JsonObject } from '../account-state.ts';
import { isObject } from '../schema-check.ts';
import type { PhysicalResources } from './physical-resources.ts';
import { objectOf, type Template } from './template.ts';

/** What a template's functions may refer to besides its own resources. */
export interface ResolverWorld {
  readonly template: Template;
  readonly resources: PhysicalResources;
  /** `AWS::Region` and its like. */
  readonly pseudo: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  /** Exports of the stacks deployed before. */
  readonly exports: ReadonlyMap<string, unknown>;
}

export type Resolve = (value: unknown) => unknown;

const NO_VALUE = Symbol('AWS::NoValue');

/** Resolves CloudFormation's intrinsic functions. What it does not know throws: a guess would prove nothing about the template. */
export function createResolver(world: ResolverWorld): Resolve {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve).filter((element) => element !== NO_VALUE);
    if (!isObject(value)) return value;
    const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
    if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return called(name, argument);
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, member]) => [key, resolve(member)] as const)
        .filter(([, member]) => member !== NO_VALUE),
    );
  };

  const called = (name: string, argument: unknown): unknown => {
    switch (name) {
      case 'Ref':
        return reference(String(argument));
      case 'Fn::GetAtt': {
        const [logicalId = '', ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
        return world.resources.attributeOf(logicalId, path.join('.'));
      }
      case 'Fn::Join': {
        const [separator, parts] = pair(argument);
        return list(resolve(parts)).map(String).join(String(separator));
      }
      case 'Fn::Sub':
        return Array.isArray(argument)
          ? substituted(String(argument[0]), objectOf(resolve(argument[1])))
          : substituted(String(argument), {});
      case 'Fn::Select': {
        const [index, from] = pair(argument);
        return list(resolve(from))[Number(resolve(index))];
      }
      case 'Fn::Split': {
        const [separator, text] = pair(argument);
        return String(resolve(text)).split(String(separator));
      }
      case 'Fn::If': {
        const [condition, then, otherwise] = list(argument);
        return resolve(holds(String(condition)) ? then : otherwise);
      }
      case 'Fn::FindInMap': {
        const [map, first, second] = list(resolve(argument)).map(String);
        return objectOf(objectOf(world.template.mappings[map ?? ''])[first ?? ''])[second ?? ''];
      }
      case 'Fn::ImportValue':
        return exported(String(resolve(argument)));
      default:
        throw new Error(`the template calls ${name}, which the simulated deployment does not know`);
    }
  };

  const reference = (name: string): unknown => {
    if (name === 'AWS::NoValue') return NO_VALUE;
    if (name in world.pseudo) return world.pseudo[name];
    if (name in world.template.parameters) return parameter(name);
    return world.resources.refOf(name);
  };

  const parameter = (name: string): unknown => {
    const value = world.parameters[name] ?? objectOf(world.template.parameters[name])['Default'];
    if (value === undefined) throw new Error(`the template's parameter ${name} has neither a value nor a default`);
    return value;
  };

  const exported = (name: string): unknown => {
    if (!world.exports.has(name)) throw new Error(`no stack exports ${name}`);
    return world.exports.get(name);
  };

  const substituted = (text: string, own: JsonObject): string =>
    text.replaceAll(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal !== '') return whole.replace('!', '');
      if (name in own) return String(own[name]);
      return String(name.includes('.') ? called('Fn::GetAtt', name) : reference(name));
    });

  const holds = (name: string): boolean => evaluated(world.template.conditions[name]);
  const evaluated = (condition: unknown): boolean => {
    const [[name, argument] = ['', undefined]] = Object.entries(objectOf(condition));
    switch (name) {
      case 'Fn::Equals':
        return new Set(list(argument).map((side) => JSON.stringify(resolve(side)))).size === 1;
      case 'Fn::Not':
        return !list(argument).some(evaluated);
      case 'Fn::And':
        return list(argument).every(evaluated);
      case 'Fn::Or':
        return list(argument).some(evaluated);
      case 'Condition':
        return holds(String(argument));
      default:
        throw new Error(`the template's condition ${JSON.stringify(condition)} cannot be evaluated`);
    }
  };

  return resolve;
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`a list is expected in the template, not ${JSON.stringify(value)}`);
}

function pair(value: unknown): readonly [unknown, unknown] {
  const [first, second] = list(value);
  return [first, second];
}
