import type {
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  PutParameterRequest,
  PutParameterResult,
} from '@aws-sdk/client-ssm';
import { GetParameter$, GetParametersByPath$, PutParameter$ } from '@aws-sdk/client-ssm';
import type { AccountRuntime } from '../account-runtime.ts';
import { lowerCamel, operation, page, type Service, ServiceError } from '../service.ts';
import { opsItemOperations } from './ssm-ops-items.ts';
import { sessionOperations } from './ssm-sessions.ts';

/** A parameter's ARN has one slash between `parameter` and a name that begins with one. */
function parameterArn(runtime: AccountRuntime, name = ''): string {
  return name.startsWith('arn:') ? name : runtime.arn('ssm', `parameter/${name.replace(/^\//, '')}`);
}

const validation = (message: string) => new ServiceError('ValidationException', message);

const getParameter = operation<GetParameterRequest, GetParameterResult>(GetParameter$, {
  demands: ({ Name }, { runtime }) => [{ resource: parameterArn(runtime, Name) }],
  run: ({ Name = '' }, { runtime }) => {
    const parameter = runtime.stores.parameters.get(Name);
    if (parameter === undefined) throw new ServiceError('ParameterNotFound', '');
    return { Parameter: { ...parameter, ARN: parameterArn(runtime, Name), DataType: 'text' } };
  },
});

const getParametersByPath = operation<GetParametersByPathRequest, GetParametersByPathResult>(GetParametersByPath$, {
  demands: ({ Path }, { runtime }) => [{ resource: parameterArn(runtime, Path?.replace(/\/$/, '')) }],
  run: ({ Path = '', Recursive = false, MaxResults, NextToken }, { runtime }) => {
    if (!Path.startsWith('/')) {
      throw validation('The parameter path must begin with a forward slash.');
    }
    if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > 10)) {
      throw validation('MaxResults must be between 1 and 10.');
    }
    const prefix = Path.endsWith('/') ? Path : `${Path}/`;
    const below = [...runtime.stores.parameters.values()]
      .filter(({ Name = '' }) => Name.startsWith(prefix) && (Recursive || !Name.slice(prefix.length).includes('/')))
      .map((parameter) => ({ ...parameter, ARN: parameterArn(runtime, parameter.Name), DataType: 'text' }));
    const invalid = () => new ServiceError('InvalidNextToken', 'The specified token is not valid.');
    const { items, next } = page(below, NextToken, runtime.pageLimit(MaxResults, 10), invalid);
    return { Parameters: items, ...(next === undefined ? {} : { NextToken: next }) };
  },
});

const putParameter = operation<PutParameterRequest, PutParameterResult>(PutParameter$, {
  demands: ({ Name }, { runtime }) => [{ resource: parameterArn(runtime, Name) }],
  recordedRequest: ({ Value: _hidden, ...shown }) => lowerCamel(shown) ?? {},
  recordedResponse: (result) => lowerCamel(result),
  run: ({ Name = '', Value = '', Type, Overwrite = false, Tier = 'Standard' }, { runtime, now }) => {
    const known = runtime.stores.parameters.get(Name);
    if (known !== undefined && !Overwrite) {
      throw new ServiceError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    if (known === undefined && Type === undefined)
      throw validation('A parameter type is required when you create a parameter.');
    const limit = Tier === 'Standard' ? 4096 : 8192;
    if (Buffer.byteLength(Value, 'utf8') > limit) {
      throw validation(`${Tier} tier parameters support a maximum parameter value of ${limit} characters.`);
    }
    const Version = (known?.Version ?? 0) + 1;
    runtime.stores.parameters.set(Name, { Name, Value, Type: Type ?? known?.Type, Version, LastModifiedDate: now });
    return { Version, Tier };
  },
});

export const ssm: Service = {
  signingName: 'ssm',
  iamPrefix: 'ssm',
  protocol: 'json-1.1',
  namespace: 'com.amazonaws.ssm',
  eventSource: 'ssm.amazonaws.com',
  throttling: { code: 'ThrottlingException', status: 400 },
  operations: [getParameter, getParametersByPath, putParameter, ...opsItemOperations, ...sessionOperations],
};
