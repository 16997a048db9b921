/** @module The order of the test files: what takes long although its file is short begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where no former run has told what each file takes, vitest begins with the largest. */
const LONG = [
  'test/faults/outage.test.ts',
  'test/conformance/connectors.test.ts',
  'test/fuzz/fuzz.test.ts',
  'test/faults/subscriber.test.ts',
  'test/flows/scenario-4.test.ts',
  'test/deploy/docker.test.ts',
];

export default class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((name) => moduleId.endsWith(`/${name}`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
