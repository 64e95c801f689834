import { describe, expect, it } from 'vitest';
import { adaptScript, encodeReply, readCommand, sha1 } from './upstash-commands.ts';

describe('readCommand()', () => {
  it('sends objects as JSON text, the rest in its string form, and the name in capitals', () => {
    expect(readCommand(['set', 'k', { a: [1] }, 1.5, true, null])).toEqual([
      'SET',
      'k',
      '{"a":[1]}',
      '1.5',
      'true',
      'null',
    ]);
  });

  it.each([[[]], [{}], ['GET'], [null]])('refuses %j', (value) => {
    expect(() => readCommand(value)).toThrow('ERR empty command');
  });
});

describe('adaptScript()', () => {
  const script = '#!lua flags=allow-key-locking\nreturn 1';

  it('removes the shebang and remembers the digest for later calls', () => {
    const digests = new Map<string, string>();
    expect(adaptScript(['EVAL', script, '0'], digests)).toEqual(['EVAL', '\nreturn 1', '0']);
    expect(adaptScript(['EVALSHA', sha1(script), '0'], digests)).toEqual([
      'EVALSHA',
      sha1('\nreturn 1'),
      '0',
    ]);
  });

  it('does the same for SCRIPT LOAD', () => {
    const digests = new Map<string, string>();
    expect(adaptScript(['SCRIPT', 'load', script], digests)).toEqual([
      'SCRIPT',
      'load',
      '\nreturn 1',
    ]);
    expect(digests.get(sha1(script))).toBe(sha1('\nreturn 1'));
  });

  it('leaves other scripts, digests and commands alone', () => {
    const digests = new Map<string, string>();
    for (const command of [
      ['EVAL', 'return 1', '0'],
      ['EVALSHA', 'abc', '0'],
      ['GET', '#!lua'],
    ] as const) {
      expect(adaptScript([...command], digests)).toEqual(command);
    }
    expect(digests.size).toBe(0);
  });
});

describe('encodeReply()', () => {
  const reply = [Buffer.from('é'), 7, null, [Buffer.from('OK')]];

  it('gives text', () => expect(encodeReply(reply, false)).toEqual(['é', 7, null, ['OK']]));
  it('gives base64 but for the status OK', () => {
    expect(encodeReply(reply, true)).toEqual(['w6k=', 7, null, ['OK']]);
  });
});
