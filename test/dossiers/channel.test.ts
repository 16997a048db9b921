/** @module How a dossier was submitted, as the system states where it was: above what is registered here, for any order of arrival. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/dossiers/channel.ts';
import { plan } from '../../src/sync/plan.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';

const CODE = 'H15.50-260310-0001';
const NOTHING_THERE = { existsThere: false, sentSeqs: [], snapshotDigest: null };

const stated = (eventId: string, channel: Channel, day = '03-11T09:00') =>
  status(CODE, 'processing', day, { eventId, source: 'business-registry', channel });

function opened(channel: Channel = 'counter') {
  const timeline = memory();
  timeline.apply(registration(CODE, { fields: { channel } }));
  return timeline;
}

describe('a stated channel', () => {
  it('stands above the registered one, and the portal is told of it', () => {
    const timeline = opened();
    expect(timeline.apply(stated('s1', 'online'))).toMatchObject({ outcome: 'accepted' });
    expect(timeline.state(CODE).channel).toBe('online');
    expect(plan(timeline.planned(CODE), NOTHING_THERE, profile, catalogue).snapshot.fields.channel).toBe('online');
  });

  it('is not taken back by a registration that says otherwise, nor noted anew each time', () => {
    const timeline = opened();
    timeline.apply(stated('s1', 'online'));
    const { headSeq } = timeline.state(CODE);
    expect(timeline.apply(registration(CODE, { fields: { channel: 'counter' } }))).toMatchObject({
      outcome: 'unchanged',
    });
    expect(timeline.state(CODE)).toMatchObject({ headSeq, channel: 'online' });
  });

  it('told before the registration is the dossier’s from its first moment', () => {
    const timeline = memory();
    timeline.apply({ ...stated('s1', 'online'), opens: 'ministry', onFault: 'quarantine' });
    timeline.apply(registration(CODE, { fields: { channel: 'counter' } }));
    expect(timeline.state(CODE)).toMatchObject({ incomplete: false, channel: 'online' });
  });

  it('says nothing where nobody stated one', () => {
    const timeline = opened();
    timeline.apply(status(CODE, 'processing', '03-11T09:00'));
    expect(timeline.state(CODE).channel).toBe('counter');
  });

  it('is the latest one, in whatever order they arrive', () => {
    const told = [
      stated('s1', 'online', '03-11T09:00'),
      stated('s2', 'post', '03-12T09:00'),
      stated('s3', 'online', '03-13T09:00'),
      stated('s4', 'counter', '03-13T08:00'),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(told, { minLength: told.length }), (order) => {
        const timeline = opened('post');
        for (const command of order) timeline.apply(command);
        expect(timeline.state(CODE).channel).toBe('online');
      }),
    );
  });
});
