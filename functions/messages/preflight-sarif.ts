import type { PreflightCheck, PreflightResult, PreflightStatus } from '../domain/preflight/check.ts';
import { PREFLIGHT_CODES } from '../domain/preflight/codes.ts';
import { byCluster } from '../domain/preflight/result-order.ts';
import { asciiJson, plainText } from './escape.ts';
import { clusterNameOf, containerPathOf, familyOf, revisionOf, roleNameOf } from './preflight-names.ts';

const NAME_MAX = 300;
const TEXT_MAX = 1100;
const LEVELS: Readonly<Record<PreflightStatus, string>> = { red: 'error', yellow: 'warning', green: 'note' };

export interface SarifOptions {
  /** Of this program. */
  readonly version: string;
  /** Absolute URI of the README, without a fragment. */
  readonly readmeUri: string;
}

/** The findings as SARIF 2.1.0 for code scanning: one rule a code, one result a container and code that is not green. */
export function preflightSarif(results: readonly PreflightResult[], { version, readmeUri }: SarifOptions): string {
  const helpUri = `${readmeUri}#preflight-codes`;
  const rules = Object.entries(PREFLIGHT_CODES).map(([id, { status, meaning, whatToDo }]) => ({
    id,
    shortDescription: { text: sarifText(meaning) },
    help: { text: sarifText(whatToDo === '' ? 'Nothing has to be done.' : whatToDo) },
    helpUri,
    defaultConfiguration: { level: LEVELS[status] },
  }));
  const ruleIndexes = new Map(rules.map(({ id }, index) => [id, index]));
  const driver = { name: 'exec-log', version, informationUri: readmeUri, rules };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        columnKind: 'utf16CodeUnits',
        results: byCluster(results).flatMap((cluster) =>
          cluster.results.flatMap((result) =>
            result.checks
              .filter(({ status }) => status !== 'green')
              .map((check, index, checks) =>
                resultOf(
                  result,
                  check,
                  ruleIndexes.get(check.code),
                  checks.slice(0, index).filter(({ code }) => code === check.code).length,
                ),
              ),
          ),
        ),
      },
    ],
  };
  return `${asciiJson(log, 2)}\n`;
}

function resultOf(result: PreflightResult, check: PreflightCheck, ruleIndex: number | undefined, earlier: number) {
  const where = `${clusterNameOf(result.clusterArn)}: ${containerPathOf(result)}`;
  const toDo = check.whatToDo === '' ? '' : ` To do: ${check.whatToDo}.`;
  return {
    ruleId: check.code,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[check.status],
    message: { text: sarifText(`${where}: ${check.detail}${toDo}`) },
    locations: [{ physicalLocation: physicalLocationOf(result), logicalLocations: logicalLocationsOf(result) }],
    partialFingerprints: { 'execLogPreflight/v1': fingerprintOf(result, check, earlier) },
  };
}

/** Nothing of this stands in a file; code scanning shows no result without one, so each container gets a path. */
function physicalLocationOf(result: PreflightResult) {
  const segments = ['ecs', clusterNameOf(result.clusterArn), placeNameOf(result), result.containerName];
  return {
    artifactLocation: { uri: segments.map(uriSegment).join('/') },
    region: { startLine: 1 },
  };
}

/** A dot of its own would be a step through the folders, and half a surrogate pair no URI at all. */
function uriSegment(name: string): string {
  const segment = encodeURIComponent(plainText(name, NAME_MAX));
  return /^\.*$/.test(segment) ? '-' : segment;
}

function logicalLocationsOf(result: PreflightResult) {
  const { clusterArn, serviceName, taskDefinitionArn, containerName } = result;
  const location = (kind: string, name: string, fullyQualifiedName: string) => ({
    name: plainText(name, NAME_MAX),
    kind,
    fullyQualifiedName: plainText(fullyQualifiedName, TEXT_MAX),
  });
  const cluster = clusterNameOf(clusterArn);
  return [
    location('cluster', cluster, clusterArn),
    ...(serviceName === null ? [] : [location('service', serviceName, `${clusterArn}/${serviceName}`)]),
    ...(taskDefinitionArn === ''
      ? []
      : [
          location('task definition', revisionOf(taskDefinitionArn), taskDefinitionArn),
          location('container', containerName, `${taskDefinitionArn}/${containerName}`),
        ]),
  ];
}

/** Without the revision: the next deployment of the same gap is the same finding. One container may have a code for each of its keys. */
function fingerprintOf(result: PreflightResult, { code }: PreflightCheck, earlier: number): string {
  return [
    code,
    result.clusterArn,
    placeNameOf(result),
    result.containerName,
    roleNameOf(result.roleArn) ?? '',
    `${earlier + 1}`,
  ]
    .map((part) => uriSegment(part))
    .join('/');
}

function placeNameOf({ serviceName, taskDefinitionArn }: PreflightResult): string {
  return serviceName ?? familyOf(taskDefinitionArn);
}

/** In a SARIF message, braces are placeholders and brackets make links. */
function sarifText(text: string): string {
  return plainText(text, TEXT_MAX)
    .replace(/[\\[\]]/g, '\\$&')
    .replace(/[{}]/g, '$&$&');
}
