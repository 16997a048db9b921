/** @module What its operators ask about the systems behind: which there are, how they are, and maintenance that is announced. */
import { type Client, dataOf, access as header, once } from './calls.ts';

export async function operations({ GET, PUT, DELETE }: Client) {
  const connectors = dataOf(await GET('/v1/connectors'));
  const land = dataOf(await GET('/v1/connectors/{name}', { params: { path: { name: 'land-registry' } } }));
  const broken = dataOf(
    await GET('/v1/connectors/{name}/broken-answers', { params: { path: { name: 'land-registry' }, header } }),
  );
  const path = { id: 'land-registry-2035-04' };
  const window = dataOf(
    await PUT('/v1/maintenance-windows/{id}', {
      params: { path, header: once() },
      body: {
        connector: 'land-registry',
        startsAt: '2035-04-10T22:00:00+07:00',
        endsAt: '2035-04-11T05:00:00+07:00',
        reason: 'Nâng cấp theo thông báo của đơn vị vận hành',
      },
    }),
  );
  const windows = dataOf(await GET('/v1/maintenance-windows'));
  const { response } = await DELETE('/v1/maintenance-windows/{id}', { params: { path, header: once() } });
  const { response: status } = await GET('/status', { headers: { accept: 'text/html' }, parseAs: 'text' });
  return {
    connectors: connectors.items.length,
    land: land.operations.length > 0,
    broken: broken.items.length,
    windows: windows.items.some(({ id }) => id === window.id),
    deleted: response.status,
    status: status.headers.get('content-type'),
  };
}
