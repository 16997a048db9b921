import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseNetworks } from '../../src/connector/addresses.ts';
import { type Connect, createEgress, declaredConnect, declaredFault } from '../../src/connector/egress.ts';

const PUBLIC = '93.184.215.14';

/** A resolver that answers each question about a name with the next of its answers. */
function names(answers: Readonly<Record<string, string[][]>>) {
  return async (name: string) => {
    const left = answers[name];
    const next = left && (left.length > 1 ? left.shift() : left[0]);
    if (!next) throw Object.assign(new Error(`no such name: ${name}`), { code: 'ENOTFOUND' });
    return next.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
}

const egress = (allowed: string[] = [], answers: Readonly<Record<string, string[][]>> = {}) =>
  createEgress(parseNetworks(allowed), names(answers));

describe('an address that a client names', () => {
  it.each([
    'https://127.0.0.1/x',
    'https://127.8.9.1:8443/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://0.0.0.0/x',
    'https://10.0.0.5/x',
    'https://172.16.0.1/x',
    'https://172.31.255.255/x',
    'https://192.168.1.1/x',
    'https://100.64.0.1/x',
    'https://169.254.169.254/latest/meta-data',
    'https://168.63.129.16/machine',
    'https://192.0.0.192/x',
    'https://198.18.0.1/x',
    'https://224.0.0.1/x',
    'https://255.255.255.255/x',
    'https://[::1]/x',
    'https://[::]/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://[::ffff:a00:1]/x',
    'https://[fd00:ec2::254]/x',
    'https://[fe80::1]/x',
    'https://[fec0::1]/x',
    'https://[64:ff9b::7f00:1]/x',
    'https://[2002:7f00:1::]/x',
    'https://[2001:0:7f00:1::]/x',
  ])('is refused inside: %s', async (url) => {
    expect((await egress().refusalOf(url))?.en).toContain('internal address');
  });

  it.each([
    ['http://igate.example.vn/x', 'must use https'],
    ['ftp://igate.example.vn/x', 'must use https'],
    ['file:///etc/passwd', 'must use https'],
    ['igate.example.vn/x', 'is not a URL'],
    ['https://user:pass@igate.example.vn/', 'user and password'],
    ['https://igate.example.vn/#part', 'after #'],
    ['https://igate.example.vn:22/', 'below 1024'],
    ['https://unknown.example.vn/', 'cannot be resolved'],
  ])('is refused for its form: %s', async (url, why) => {
    expect((await egress([], { 'igate.example.vn': [[PUBLIC]] }).refusalOf(url))?.en).toContain(why);
  });

  it('is refused when it is longer than anybody writes', async () => {
    expect(await egress().refusalOf(`https://${PUBLIC}/${'x'.repeat(2_000)}`)).not.toBeNull();
  });

  it('is refused when any of its addresses lies inside', async () => {
    const mixed = egress([], { 'mixed.example.vn': [[PUBLIC, '10.0.0.5']] });
    expect(await mixed.refusalOf('https://mixed.example.vn/')).not.toBeNull();
  });

  it('is taken when it is public', async () => {
    const open = egress([], { 'igate.example.vn': [[PUBLIC, '2606:4700::1111']] });
    expect(await open.refusalOf('https://igate.example.vn/hooks')).toBeNull();
    expect(await open.refusalOf('https://igate.example.vn:8443/hooks?x=1')).toBeNull();
    expect(await open.refusalOf(`https://${PUBLIC}/hooks`)).toBeNull();
  });

  it('is taken inside a network that the operator allows, also by plain http, and nowhere else', async () => {
    const allowing = egress(['10.20.0.0/16', 'fd12::/16', '127.0.0.1'], { 'igate.tinh.vn': [['10.20.3.4']] });
    for (const url of [
      'http://igate.tinh.vn/x',
      'http://10.20.255.1:8080/x',
      'https://[fd12::1]/',
      'http://127.0.0.1/',
    ])
      expect(await allowing.refusalOf(url)).toBeNull();
    for (const url of ['http://10.21.0.1/x', 'https://[fd13::1]/', 'https://127.0.0.2/', `http://${PUBLIC}/`])
      expect(await allowing.refusalOf(url)).not.toBeNull();
  });

  it('is judged by networks that can be read', () => {
    for (const entry of ['10.0.0.0/33', '10.0.0', 'example.vn', 'fd00::/x'])
      expect(() => parseNetworks([entry])).toThrow(entry);
  });
});

describe('a connection', () => {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    response.end('ok');
  });
  let port: number;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function get(host: string, connect: Connect): Promise<string> {
    const agent = new Agent({ connect });
    onTestFinished(() => agent.destroy());
    const { body } = await agent.request({ origin: `http://${host}:${port}`, path: '/', method: 'GET' });
    return body.text();
  }

  it('is refused although the name was public when the address was given', async () => {
    const rebinding = egress([], { 'rebinding.example.vn': [[PUBLIC], ['127.0.0.1']] });
    expect(await rebinding.refusalOf('https://rebinding.example.vn/')).toBeNull();
    const agent = new Agent({ connect: rebinding.connect });
    onTestFinished(() => agent.destroy());
    const before = calls;
    await expect(
      agent.request({ origin: `https://rebinding.example.vn:${port}`, path: '/', method: 'GET' }),
    ).rejects.toMatchObject({ code: 'EGRESS_REFUSED', words: { en: expect.stringContaining('internal') } });
    expect(calls).toBe(before);
  });

  it('by plain http is refused to a name and to an address outside the allowed networks', async () => {
    const open = egress([], { 'igate.example.vn': [['127.0.0.1']] });
    for (const host of ['igate.example.vn', '127.0.0.1'])
      await expect(get(host, open.connect)).rejects.toMatchObject({ code: 'EGRESS_REFUSED' });
  });

  it('is made where the operator allows the network', async () => {
    const allowing = egress(['127.0.0.0/8'], { 'igate.example.vn': [['127.0.0.1']] });
    for (const host of ['igate.example.vn', '127.0.0.1']) expect(await get(host, allowing.connect)).toBe('ok');
  });

  it('to a configured system goes to the address that was configured, inside or out', async () => {
    expect(await get('127.0.0.1', declaredConnect('127.0.0.1'))).toBe('ok');
    expect(await get('localhost', declaredConnect('localhost', names({ localhost: [['127.0.0.1']] })))).toBe('ok');
  });

  it.each(['127.0.0.1', '169.254.169.254', '0.0.0.0', '168.63.129.16'])(
    'to a configured system is refused when its name suddenly leads to %s',
    async (address) => {
      const lgsp = declaredConnect('lgsp.tinh.vn', names({ 'lgsp.tinh.vn': [[address]] }));
      await expect(get('lgsp.tinh.vn', lgsp)).rejects.toMatchObject({ code: 'EGRESS_REFUSED' });
    },
  );

  it('to a configured system may lead into the province’s own network', () => {
    for (const address of ['10.20.3.4', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd00::1', PUBLIC])
      expect(declaredFault('lgsp.tinh.vn', address)).toBeNull();
  });
});
