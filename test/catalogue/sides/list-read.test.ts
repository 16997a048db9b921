import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readList } from '../../../src/catalogue/sides/list-read.ts';
import { UnreadableFile } from '../../../src/spreadsheet/table.ts';

const file = (text: string) => Readable.from([Buffer.from(text)]);

describe('a list of procedures', () => {
  it('is known by its headers, with titles above them; a procedure with several fees stands in several lines', async () => {
    const read = await readList(
      'procedures',
      file(
        [
          'DANH MỤC THỦ TỤC HÀNH CHÍNH;;;;;',
          'STT;Mã TTHC;Tên thủ tục;Lĩnh vực;Thời hạn giải quyết;Mã phí, lệ phí;Mức thu',
          '1;1.005129;Đăng ký biến động;Đất đai;15 ngày làm việc;LP01;50.000 đồng',
          '1;1.005129;;;;PH01;200000',
          '2;2.000815;Chứng thực;;2,5 giờ;;Không',
        ].join('\n'),
      ),
    );
    expect(read.rows).toEqual([
      {
        code: '1.005129',
        name: 'Đăng ký biến động',
        sector: null,
        limit: { amount: 15, unit: 'working-day' },
        fees: [
          { code: 'LP01', amount: 50_000 },
          { code: 'PH01', amount: 200_000 },
        ],
        unread: [],
      },
      {
        code: '2.000815',
        name: 'Chứng thực',
        sector: null,
        limit: { amount: 2.5, unit: 'hour' },
        fees: [{ code: null, amount: 0 }],
        unread: [],
      },
    ]);
    expect(read).toMatchObject({ ignoredColumns: ['STT'], unread: 0, faults: [] });
  });

  it('names what it cannot read and takes it as not told', async () => {
    const read = await readList(
      'procedures',
      file('code,limit,fee\n1.005129,trong ngày,theo quy định\n,3wd,5\n2.000815,15,-5\n'),
    );
    expect(read.rows).toMatchObject([
      { code: '1.005129', limit: null, fees: null, unread: ['fee theo quy định', 'limit trong ngày'] },
      { code: '2.000815', limit: null, fees: null },
    ]);
    expect(read.unread).toBe(5);
    expect(read.faults).toContainEqual({ row: 3, column: 'code' });
  });

  it('without a column of codes is no list', async () => {
    await expect(readList('procedures', file('Tên,Thời hạn\na,b\n'))).rejects.toThrow(UnreadableFile);
  });
});

it('a list of agencies holds codes, names and those above', async () => {
  const read = await readList(
    'agencies',
    file('Mã cơ quan,Tên cơ quan,Mã cơ quan cấp trên\nH15,UBND tỉnh,\nH15.12,Sở,H15\n'),
  );
  expect(read.rows).toEqual([
    { code: 'H15', name: 'UBND tỉnh', parentCode: null },
    { code: 'H15.12', name: 'Sở', parentCode: 'H15' },
  ]);
});
