import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type AwsCredentials, signV4 } from './sigv4.ts';

const folder = fileURLToPath(
  new URL('../../../../../shared/data/conformance/aws-sigv4/v4/', import.meta.url),
);
const isThere = existsSync(folder);
if (!isThere && process.env['WINTERGATE_REQUIRE'] !== 'all')
  console.info('Skipped "the signing suite of AWS": no conformance/aws-sigv4 in the shared data');

const example: AwsCredentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** A case's request, as bytes on a wire would have it. */
function parse(text: string) {
  const [head = '', ...rest] = text.split(/\r?\n\r?\n/);
  const [first = '', ...lines] = head.split(/\r?\n/);
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? [];
  const headers = new Headers();
  let host = '';
  let name = '';
  for (const line of lines) {
    const [, own, value] = /^([^\s:][^:]*):(.*)$/.exec(line) ?? [];
    if (line === '') continue;
    if (own === undefined) {
      // A value that goes on in the next line.
      const before = headers.get(name) ?? '';
      headers.set(name, `${before} ${line.trim()}`);
      continue;
    }
    name = own;
    if (name.toLowerCase() === 'host') host = value ?? '';
    else headers.append(name, value ?? '');
  }
  const body = rest.join('\n\n');
  return {
    method,
    url: `https://${host}${target}`,
    headers,
    body: body === '' ? null : new TextEncoder().encode(body),
  };
}

/** A header that stands twice is sent as one list, with a space between its values. */
const tight = (text: string): string => text.replaceAll(', ', ',');

describe.skipIf(!isThere && process.env['WINTERGATE_REQUIRE'] !== 'all')(
  'the signing suite of AWS',
  () => {
    const names = isThere ? readdirSync(folder) : [];

    it('has all of its cases', () => expect(names.length).toBe(38));

    it.each(names)('%s', async (name) => {
      const read = (file: string): string => readFileSync(`${folder}${name}/${file}`, 'utf8');
      const about = JSON.parse(read('context.json'));
      const { access_key_id, secret_access_key, token } = about.credentials;
      const request = parse(read('request.txt'));
      // Signed after it was made: the service gets the token beside the signature.
      const sessionToken = about.omit_session_token === true ? undefined : token;
      if (about.sign_body === true)
        request.headers.set(
          'x-amz-content-sha256',
          /^x-amz-content-sha256:(.*)$/m.exec(read('header-canonical-request.txt'))?.[1] ?? '',
        );
      const signed = await signV4(request, {
        credentials: {
          accessKeyId: access_key_id,
          secretAccessKey: secret_access_key,
          sessionToken,
        },
        region: about.region,
        service: about.service,
        now: new Date(about.timestamp),
        normalize: about.normalize,
      });
      expect(tight(signed.canonicalRequest)).toBe(tight(read('header-canonical-request.txt')));
      if (signed.canonicalRequest !== read('header-canonical-request.txt')) return;
      expect(signed.stringToSign).toBe(read('header-string-to-sign.txt'));
      expect(signed.authorization.endsWith(`Signature=${read('header-signature.txt')}`)).toBe(true);
      expect(request.headers.get('authorization')).toBe(signed.authorization);
    });
  },
);

describe('signV4()', () => {
  const options = {
    credentials: example,
    region: 'us-east-1',
    service: 'bedrock',
    now: new Date('2026-01-02T03:04:05.678Z'),
  };

  it('escapes a model’s id once more than it is sent', async () => {
    const url = 'https://bedrock-runtime.us-east-1.amazonaws.com/model/a.b-v1%3A0/converse';
    const headers = new Headers({ 'content-type': 'application/json', 'user-agent': 'x' });
    const body = new TextEncoder().encode('{}');
    const { canonicalRequest } = await signV4({ method: 'POST', url, headers, body }, options);
    expect(canonicalRequest.split('\n').slice(0, 7)).toEqual([
      'POST',
      '/model/a.b-v1%253A0/converse',
      '',
      'content-type:application/json',
      'host:bedrock-runtime.us-east-1.amazonaws.com',
      'x-amz-date:20260102T030405Z',
      '',
    ]);
  });

  it('signs another day, region or secret with another key', async () => {
    const sign = async (more: object): Promise<string> => {
      const url = 'https://a.test/';
      const request = { method: 'GET', url, headers: new Headers(), body: null };
      return (await signV4(request, { ...options, ...more })).authorization;
    };
    const all = [
      await sign({}),
      await sign({ region: 'eu-central-1' }),
      await sign({ now: new Date('2026-01-03T00:00:00Z') }),
      await sign({ credentials: { ...example, secretAccessKey: 'other' } }),
    ];
    expect(new Set(all.map((one) => one.split('Signature=')[1])).size).toBe(4);
    expect(await sign({})).toBe(all[0]);
  });
});
